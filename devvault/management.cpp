// Subscriptions and tenants.
#include "devvault/management.hpp"

#include "devvault/authorities.hpp"
#include "devvault/bearer.hpp"
#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

// Resource Manager's error shape is Key Vault's without innererror.
Response error(int status, std::string_view code, const std::string& message) {
  return Response::json(
      status, JsonObject{}
                  .raw("error", JsonObject{}.text("code", code).text("message", message).str())
                  .str());
}

std::string listed(const std::string& element) {
  return JsonObject{}
      .raw("value", json_array({element}))
      .raw("count", JsonObject{}.text("type", "Total").number("value", 1).str())
      .str();
}

}  // namespace

bool Management::serves(const Request& request) const {
  return management_cloud(request.host).has_value();
}

Response Management::answer(const Request& request) {
  if (!is_authenticated(request)) {
    Response response =
        error(401, "AuthenticationFailed",
              "Authentication failed. The 'Authorization' header is missing or invalid.");
    response.headers.emplace_back("WWW-Authenticate",
                                  "Bearer authorization_uri=\"https://login.windows.net/" +
                                      config_.tenant_id + "\", error=\"invalid_token\"");
    return response;
  }
  if (!request.query_value("api-version")) {
    return error(400, "MissingApiVersionParameter",
                 "The api-version query parameter (?api-version=) is required for all requests.");
  }
  std::string path = request.path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::string id = "/subscriptions/" + made_up_guid("subscription");
  if (request.method == "GET" && path == "/subscriptions") {
    return Response::json(200, listed(subscription()));
  }
  if (request.method == "GET" && kvlaunch::equal_ignoring_case(path, id)) {
    return Response::json(200, subscription());
  }
  if (request.method == "GET" && path == "/tenants") {
    return Response::json(200, listed(JsonObject{}
                                          .text("id", "/tenants/" + config_.tenant_id)
                                          .text("tenantId", config_.tenant_id)
                                          .text("displayName", "devvault")
                                          .str()));
  }
  return error(
      404, "NotServedByDevvault",
      "devvault serves /subscriptions and /tenants of Resource Manager, not " + path + ".");
}

bool Management::is_authenticated(const Request& request) {
  const auto token = bearer_token(request);
  const auto claims = token ? tokens_.read(*token) : std::nullopt;
  return claims && claims->expires > epoch_seconds(now_()) &&
         claims->audience.find("management.") != std::string::npos;
}

std::string Management::subscription() const {
  const std::string id = made_up_guid("subscription");
  return JsonObject{}
      .text("id", "/subscriptions/" + id)
      .text("authorizationSource", "RoleBased")
      .text("subscriptionId", id)
      .text("tenantId", config_.tenant_id)
      .text("displayName", "devvault")
      .text("state", "Enabled")
      .raw("managedByTenants", "[]")
      .str();
}

}  // namespace devvault
