// Challenges and answers of Azure Arc's agent.
#include "devvault/azure_arc.hpp"

#include "devvault/json_object.hpp"
#include "devvault/managed_identity.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view basic = "Basic ";

Response refuse(int status, std::string_view error, std::string_view description) {
  return Response::json(
      status, JsonObject{}.text("error", error).text("error_description", description).str());
}

}  // namespace

bool AzureArc::serves(const Request& request) const {
  return addresses_this_node(request) && request.path == azure_arc_path;
}

Response AzureArc::answer(const Request& request) {
  if (request.method != "GET") return refuse(405, "method_not_allowed", "Only GET is allowed");
  const auto marked = request.header("metadata");
  if (!marked || !kvlaunch::equal_ignoring_case(*marked, "true")) {
    return refuse(400, "invalid_request", "Required metadata header not specified");
  }
  const auto authorization = request.header("authorization");
  if (!authorization) return challenge();
  if (!authorization->starts_with(basic) ||
      !keys_.redeem(std::string{authorization->substr(basic.size())})) {
    return refuse(401, "unauthorized_client", "The authorization token does not match");
  }
  return token(request);
}

Response AzureArc::challenge() const {
  const auto path = keys_.issue();
  if (!path) {
    return refuse(500, "internal_error",
                  "devvault cannot write key files to " + std::string{arc_key_directory});
  }
  Response response = refuse(401, "unauthorized_client", "Missing Basic Authorization header");
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=" + *path);
  return response;
}

Response AzureArc::token(const Request& request) const {
  const std::string version{request.query_value("api-version").value_or("")};
  if (version != "2019-11-01" && version != "2020-06-01" && version != "2021-02-01") {
    return refuse(400, "invalid_request", "Required api-version is missing or not valid");
  }
  const std::string resource{request.query_value("resource").value_or("")};
  if (resource.empty()) {
    return refuse(400, "invalid_request", "Required audience parameter not specified");
  }
  const auto selected =
      select_identity(config_, request, {"client_id", {"object_id"}, "msi_res_id"});
  if (!std::holds_alternative<const Identity*>(selected)) {
    return refuse(400, "invalid_request", "Identity not found");
  }
  const Identity& identity = *std::get<const Identity*>(selected);
  const auto token = managed_token(config_, tokens_, identity, resource);
  if (!token) return refuse(400, "invalid_resource", "The resource is not known to the tenant");
  JsonObject body;
  body.text("access_token", token->text)
      .text("client_id", identity.client_id)
      .text("expires_in", std::to_string(token->expires_in))
      .text("expires_on", std::to_string(token->expires))
      .text("not_before", std::to_string(token->not_before))
      .text("resource", resource)
      .text("token_type", "Bearer");
  // What was asked for is repeated: clients tell an agent by it that knows the machine's own
  // identity only.
  if (request.query_value("object_id")) body.text("object_id", identity.object_id);
  if (request.query_value("msi_res_id")) body.text("msi_res_id", identity.resource_id);
  return Response::json(200, body.str());
}

}  // namespace devvault
