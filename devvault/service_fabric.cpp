// Answers of Service Fabric's endpoint.
#include "devvault/service_fabric.hpp"

#include "devvault/authorities.hpp"
#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "devvault/managed_identity.hpp"

namespace devvault {
namespace {

Response refuse(int status, std::string_view code, std::string_view message) {
  const std::string inner = JsonObject{}
                                .text("correlationId", random_guid())
                                .text("code", code)
                                .text("message", message)
                                .str();
  return Response::json(status, JsonObject{}.raw("error", inner).str());
}

}  // namespace

bool ServiceFabric::serves(const Request& request) const {
  return request.scheme == "https" && is_loopback_host(request.host) &&
         request.path == service_fabric_path &&
         identity_on(config_, Platform::service_fabric) != nullptr;
}

Response ServiceFabric::answer(const Request& request) {
  const auto secret = request.header("secret");
  if (!secret) {
    return refuse(400, "SecretHeaderNotFound", "Secret is not found in the request headers.");
  }
  if (request.query_value("api-version") != service_fabric_version) {
    return refuse(400, "InvalidApiVersion",
                  "The api-version is not supported. Supported version is '" +
                      std::string{service_fabric_version} + "'.");
  }
  const std::string resource{request.query_value("resource").value_or("")};
  if (resource.empty()) {
    return refuse(400, "ArgumentNullOrEmpty",
                  "The parameter 'resource' should not be null or empty string.");
  }
  const auto selected = select_identity(config_, request, {"", {"principalId"}, ""});
  const auto* const named = std::get_if<const Identity*>(&selected);
  const Identity* identity = identity_on(config_, Platform::service_fabric);
  if (request.query_value("principalId")) identity = named == nullptr ? nullptr : *named;
  if (secret != secret_ || identity == nullptr) {
    return refuse(404, "ManagedIdentityNotFound",
                  "Managed identity was not found for the specified application host.");
  }
  const auto token = managed_token(config_, tokens_, *identity, resource);
  if (!token) return refuse(500, "InternalServerError", "An error occurred.");
  return Response::json(200, JsonObject{}
                                 .text("token_type", "Bearer")
                                 .text("access_token", token->text)
                                 .number("expires_on", token->expires)
                                 .text("resource", resource)
                                 .str());
}

}  // namespace devvault
