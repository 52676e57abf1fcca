// Answers of Cloud Shell's endpoint.
#include "devvault/cloud_shell.hpp"

#include "devvault/form.hpp"
#include "devvault/json_object.hpp"
#include "devvault/managed_identity.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

Response refuse(int status, std::string_view code, std::string_view message) {
  const std::string inner = JsonObject{}.text("code", code).text("message", message).str();
  return Response::json(status, JsonObject{}.raw("error", inner).str());
}

}  // namespace

bool CloudShell::serves(const Request& request) const {
  return addresses_this_node(request) && request.path == cloud_shell_path &&
         identity_on(config_, Platform::cloud_shell) != nullptr;
}

Response CloudShell::answer(const Request& request) {
  if (request.method != "POST") return refuse(405, "method_not_allowed", "Only POST is allowed.");
  const auto marked = request.header("metadata");
  if (!marked || !kvlaunch::equal_ignoring_case(*marked, "true")) {
    return refuse(400, "bad_request_102", "Required metadata header not specified");
  }
  const std::string resource = field(read_form(request.body), "resource");
  if (resource.empty()) {
    return refuse(400, "invalid_request", "Required audience parameter not specified");
  }
  const auto token =
      managed_token(config_, tokens_, *identity_on(config_, Platform::cloud_shell), resource);
  if (!token) {
    return refuse(400, "invalid_resource", "The resource is not known to the tenant.");
  }
  return Response::json(200, JsonObject{}
                                 .text("access_token", token->text)
                                 .text("refresh_token", "")
                                 .text("expires_in", std::to_string(token->expires_in))
                                 .text("expires_on", std::to_string(token->expires))
                                 .text("not_before", std::to_string(token->not_before))
                                 .text("resource", resource)
                                 .text("token_type", "Bearer")
                                 .str());
}

}  // namespace devvault
