// Who checks whose password.
#include "devvault/user_realm.hpp"

#include <algorithm>

#include "devvault/authorities.hpp"
#include "devvault/federation_server.hpp"
#include "devvault/json_object.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view prefix = "/common/UserRealm/";

std::string domain_of(std::string_view user) {
  const auto at = user.rfind('@');
  return at == std::string_view::npos ? std::string{} : std::string{user.substr(at + 1)};
}

}  // namespace

bool UserRealm::serves(const Request& request) const {
  return request.path.size() > prefix.size() &&
         kvlaunch::equal_ignoring_case(request.path.substr(0, prefix.size()), prefix) &&
         login_cloud(request).has_value();
}

Response UserRealm::answer(const Request& request) {
  const auto user = kvlaunch::percent_decode(request.path.substr(prefix.size()));
  if (request.method != "GET" || !user) {
    return Response::json(400, JsonObject{}.text("error", "invalid_request").str());
  }
  const std::string domain = kvlaunch::to_lower(domain_of(*user));
  JsonObject body;
  body.text("ver", "1.0");
  const auto federation = config_.federations.find(domain);
  if (federation != config_.federations.end()) {
    const std::string origin = "https://" + federation->second.host;
    body.text("account_type", "Federated")
        .text("domain_name", domain)
        .text("federation_protocol", "WSTrust")
        .text("federation_metadata_url", origin + std::string{metadata_path})
        .text("federation_active_auth_url", origin + "/adfs/services/trust/2005/usernamemixed");
  } else {
    const bool known =
        std::any_of(config_.users.begin(), config_.users.end(),
                    [&](const auto& entry) { return domain_of(entry.first) == domain; });
    body.text("account_type", known ? "Managed" : "Unknown");
    if (known || domain == "live.com") body.text("domain_name", domain);
  }
  return Response::json(200, body.text("cloud_instance_name",
                                       kvlaunch::cloud_of(*login_cloud(request)).authority_host)
                                 .text("cloud_audience_urn", federation_audience_urn)
                                 .str());
}

}  // namespace devvault
