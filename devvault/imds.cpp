// Answers of the instance metadata service.
#include "devvault/imds.hpp"

#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "devvault/managed_identity.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view server = "IMDS/150.870.65.1854";

Response refuse(int status, std::string_view error, std::string_view description) {
  return Response::json(
      status, JsonObject{}.text("error", error).text("error_description", description).str());
}

// "2018-02-01" and the like; the service takes every version it ever had.
bool is_api_version(std::string_view version) {
  return version.size() == 10 && version.starts_with("20") && version[4] == '-' &&
         version[7] == '-' && version.find_first_not_of("0123456789-") == std::string_view::npos;
}

Response refuse(SelectionFailure failure) {
  switch (failure) {
    case SelectionFailure::unknown:
      return refuse(400, "invalid_request", "Identity not found");
    case SelectionFailure::ambiguous:
      return refuse(400, "invalid_request",
                    "Multiple user assigned identities exist, please specify the clientId / "
                    "resourceId of the identity in the token request");
    case SelectionFailure::too_many:
      break;
  }
  return refuse(400, "invalid_request",
                "Only one of client_id, object_id and msi_res_id may be specified");
}

}  // namespace

bool Imds::serves(const Request& request) const {
  return addresses_this_node(request) && request.path.starts_with("/metadata/");
}

Response Imds::answer(const Request& request) {
  const auto marked = request.header("metadata");
  Response response;
  if (!marked || !kvlaunch::equal_ignoring_case(*marked, "true")) {
    response = refuse(400, "bad_request_102", "Required metadata header not specified");
  } else if (request.header("x-forwarded-for")) {
    // The real one refuses whatever came through a proxy.
    response = refuse(400, "bad_request_103", "X-Forwarded-For header is not allowed");
  } else if (request.method != "GET") {
    response = refuse(405, "method_not_allowed", "Only GET is allowed");
  } else if (!is_api_version(request.query_value("api-version").value_or(""))) {
    response = refuse(400, "bad_request_101", "Required api-version is missing or not valid");
  } else if (request.path == "/metadata/identity/oauth2/token") {
    response = token(request);
  } else if (request.path == "/metadata/instance") {
    response = instance();
  } else {
    response = refuse(404, "not_found", "devvault does not serve " + request.path);
  }
  response.headers.emplace_back("Server", server);
  return response;
}

Response Imds::token(const Request& request) const {
  const std::string resource{request.query_value("resource").value_or("")};
  if (resource.empty()) {
    return refuse(400, "invalid_request", "Required audience parameter not specified");
  }
  const auto selected =
      select_identity(config_, request, {"client_id", {"object_id"}, "msi_res_id"});
  if (const auto* failure = std::get_if<SelectionFailure>(&selected)) return refuse(*failure);
  const Identity& identity = *std::get<const Identity*>(selected);
  const auto token = managed_token(config_, tokens_, identity, resource);
  if (!token) {
    return refuse(400, "invalid_resource",
                  "AADSTS500011: The resource principal named " + resource +
                      " was not found in the tenant named " + config_.tenant_id + ".");
  }
  return Response::json(200, JsonObject{}
                                 .text("access_token", token->text)
                                 .text("client_id", identity.client_id)
                                 .text("expires_in", std::to_string(token->expires_in))
                                 .text("expires_on", std::to_string(token->expires))
                                 .text("ext_expires_in", std::to_string(token->expires_in))
                                 .text("not_before", std::to_string(token->not_before))
                                 .text("refresh_token", "")
                                 .text("resource", resource)
                                 .text("token_type", "Bearer")
                                 .str());
}

Response Imds::instance() const {
  const std::string subscription = made_up_guid("subscription");
  const std::string compute =
      JsonObject{}
          .text("azEnvironment", "AzurePublicCloud")
          .text("location", "westeurope")
          .text("name", "devvault")
          .text("osType", "Linux")
          .text("provider", "Microsoft.Compute")
          .text("resourceGroupName", "devvault")
          .text("resourceId", "/subscriptions/" + subscription +
                                  "/resourceGroups/devvault/providers/Microsoft.Compute/"
                                  "virtualMachines/devvault")
          .text("subscriptionId", subscription)
          .text("vmId", made_up_guid("virtual machine"))
          .str();
  return Response::json(200, JsonObject{}.raw("compute", compute).str());
}

}  // namespace devvault
