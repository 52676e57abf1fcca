// Passwords and assertions.
#include "devvault/user_sign_in.hpp"

#include <array>

#include "devvault/federation_server.hpp"
#include "devvault/jwt.hpp"
#include "devvault/saml.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view password_grant = "password";
constexpr std::string_view saml1_grant = "urn:ietf:params:oauth:grant-type:saml1_1-bearer";
constexpr std::string_view saml2_grant = "urn:ietf:params:oauth:grant-type:saml2-bearer";

constexpr std::array<std::string_view, 3> public_clients{
    "d7813711-9094-4ad3-a062-cac3ec74ebe8",   // AppAuthentication
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",   // Azure CLI
    "1950a258-227b-4e31-a9cf-717495945fc2"};  // Azure PowerShell

std::string domain_of(const std::string& user) {
  return user.substr(user.find('@') + 1);
}

const Federation* federation_of_issuer(const Config& config, const std::string& issuer) {
  for (const auto& [domain, federation] : config.federations) {
    if (issuer_of(federation) == issuer) return &federation;
  }
  return nullptr;
}

}  // namespace

bool is_user_grant(std::string_view grant_type) {
  return grant_type == password_grant || grant_type == saml1_grant || grant_type == saml2_grant;
}

bool is_public_client(std::string_view client_id) {
  for (const std::string_view known : public_clients) {
    if (kvlaunch::equal_ignoring_case(known, client_id)) return true;
  }
  return false;
}

std::variant<const User*, EntraError> UserSignIn::prove(const Form& form, WallTime now) const {
  return field(form, "grant_type") == password_grant ? by_password(form) : by_assertion(form, now);
}

std::variant<const User*, EntraError> UserSignIn::by_password(const Form& form) const {
  const std::string name = field(form, "username");
  if (name.empty()) return entra::missing_parameter("username");
  const std::string password = field(form, "password");
  if (password.empty()) return entra::missing_parameter("password");
  const auto found = config_.users.find(kvlaunch::to_lower(name));
  if (found == config_.users.end()) return entra::unknown_user(name);
  const User& user = found->second;
  // Entra has no password of users whose domain is federated.
  if (config_.federations.contains(domain_of(user.name)) || user.password.empty() ||
      user.password != password) {
    return entra::wrong_password();
  }
  return &user;
}

std::variant<const User*, EntraError> UserSignIn::by_assertion(const Form& form,
                                                               WallTime now) const {
  const std::string encoded = field(form, "assertion");
  if (encoded.empty()) return entra::missing_parameter("assertion");
  const auto xml = base64_decode(encoded);
  const auto assertion = xml ? read_assertion(*xml, tokens_) : std::nullopt;
  if (!assertion) return entra::bad_saml("its signature does not match");
  const bool old = field(form, "grant_type") == saml1_grant;
  if (old != (assertion->version == SamlVersion::v1_1)) {
    return entra::bad_saml("it is of another version than the grant");
  }
  const Federation* const federation = federation_of_issuer(config_, assertion->issuer);
  if (federation == nullptr) return entra::unknown_federation(assertion->issuer);
  if (assertion->audience != federation_audience_urn) {
    return entra::bad_saml("it is for another audience");
  }
  const std::int64_t seconds = epoch_seconds(now);
  if (seconds < assertion->not_before || seconds >= assertion->expires) {
    return entra::saml_out_of_time();
  }
  const auto user = config_.users.find(assertion->user);
  if (user == config_.users.end()) return entra::unknown_user(assertion->user);
  return &user->second;
}

}  // namespace devvault
