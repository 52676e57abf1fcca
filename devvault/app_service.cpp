// Answers of App Service's identity endpoint.
#include "devvault/app_service.hpp"

#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "devvault/managed_identity.hpp"
#include "devvault/times.hpp"

namespace devvault {
namespace {

Response refuse(int status, const std::string& message) {
  return Response::json(status, JsonObject{}
                                    .number("statusCode", status)
                                    .text("message", message)
                                    .text("correlationId", random_guid())
                                    .str());
}

std::string seconds_text(std::int64_t time) {
  return std::to_string(time);
}
std::string date_text(std::int64_t time) {
  return app_service_time(WallTime{Seconds{time}});
}

}  // namespace

struct AppService::Protocol {
  std::string_view secret_header;
  SelectorNames selectors;
  std::string (*expires_on)(std::int64_t time);
};

bool AppService::serves(const Request& request) const {
  return addresses_this_node(request) && request.path == app_service_path;
}

Response AppService::answer(const Request& request) {
  const std::string_view version = request.query_value("api-version").value_or("");
  if (request.method != "GET") return refuse(405, "Only GET is allowed.");
  if (version == "2019-08-01") {
    return token(request, {"x-identity-header",
                           {"client_id", {"object_id", "principal_id"}, "mi_res_id"},
                           seconds_text});
  }
  // Azure Machine Learning speaks this one too, but for the date.
  if (version == "2017-09-01") return token(request, {"secret", {"clientid", {}, ""}, date_text});
  return refuse(400, "The api-version is missing or not supported.");
}

Response AppService::token(const Request& request, const Protocol& protocol) const {
  if (request.header(protocol.secret_header) != header_) {
    return refuse(401, "The header " + std::string{protocol.secret_header} +
                           " is missing or does not have the value of the environment.");
  }
  const std::string resource{request.query_value("resource").value_or("")};
  if (resource.empty()) return refuse(400, "The parameter resource is required.");
  const auto selected = select_identity(config_, request, protocol.selectors);
  if (!std::holds_alternative<const Identity*>(selected)) {
    return refuse(400,
                  "No User Assigned or Delegated Managed Identity found for specified "
                  "ClientId/ResourceId/PrincipalId.");
  }
  const Identity& identity = *std::get<const Identity*>(selected);
  const auto token = managed_token(config_, tokens_, identity, resource);
  // The real one does not tell a wrong resource from trouble of its own either.
  if (!token) return refuse(500, "An unexpected error occurred while fetching the AAD token.");
  // azure-identity for Python reads a number from Azure ML and nothing else.
  const bool in_seconds = identity.platform == Platform::azure_ml;
  return Response::json(200,
                        JsonObject{}
                            .text("access_token", token->text)
                            .text("client_id", identity.client_id)
                            .text("expires_on", in_seconds ? seconds_text(token->expires)
                                                           : protocol.expires_on(token->expires))
                            .text("resource", resource)
                            .text("token_type", "Bearer")
                            .str());
}

}  // namespace devvault
