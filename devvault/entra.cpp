// Credentials of applications and users in, access token out.
#include "devvault/entra.hpp"

#include <openssl/crypto.h>

#include "devvault/authorities.hpp"
#include "devvault/form.hpp"
#include "devvault/json_object.hpp"
#include "devvault/login_path.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view v1_token = "oauth2/token";
constexpr std::string_view v2_token = "oauth2/v2.0/token";
constexpr std::string_view default_suffix = "/.default";
constexpr std::string_view jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// Takes those that every client of a user adds (OpenID Connect core, section 5.4 and 11).
std::string without_user_scopes(std::string_view scope) {
  std::string rest;
  while (!scope.empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    scope.remove_prefix(std::min(word.size() + 1, scope.size()));
    if (word.empty() || word == "openid" || word == "profile" || word == "offline_access") continue;
    if (!rest.empty()) rest += ' ';
    rest += word;
  }
  return rest;
}

// Of a single "RESOURCE/.default"; empty for anything else.
std::string resource_of_scope(std::string_view scope) {
  if (scope.find(' ') != std::string_view::npos || !scope.ends_with(default_suffix)) return {};
  return std::string{scope.substr(0, scope.size() - default_suffix.size())};
}

bool same_secret(const std::string& sent, const std::string& expected) {
  return !expected.empty() && sent.size() == expected.size() &&
         CRYPTO_memcmp(sent.data(), expected.data(), sent.size()) == 0;
}

}  // namespace

enum class Protocol { v1, v2 };

// A token request on its way through the checks.
struct Entra::Grant {
  kvlaunch::CloudName cloud = kvlaunch::CloudName::public_cloud;
  Protocol protocol = Protocol::v2;
  std::string tenant;  // as written in the path
  std::string tenant_id;
  std::string resource;
  bool of_user = false;
  std::string client_id;  // of a user's client
  const Identity* identity = nullptr;
  Proof proof = Proof::secret;
};

Entra::Entra(const Config& config, TokenIssuer& tokens, Now now)
    : config_(config),
      tokens_(tokens),
      now_(now),
      assertions_(config, tokens),
      users_(config, tokens) {}

bool Entra::serves(const Request& request) const {
  const auto path = split_login_path(request.path);
  return path && (path->rest == v1_token || path->rest == v2_token) &&
         login_cloud(request).has_value();
}

Response Entra::answer(const Request& request) {
  const auto path = split_login_path(request.path);
  Grant grant;
  grant.cloud = *login_cloud(request);
  grant.protocol = path->rest == v1_token ? Protocol::v1 : Protocol::v2;
  grant.tenant = path->tenant;
  grant.tenant_id = tenant_id_of(config_, path->tenant);
  if (request.method != "POST") return refuse(entra::not_post(request.method), request, now_());
  const Form form = read_form(request.body);
  if (const auto refused = read_grant(form, grant)) return refuse(*refused, request, now_());
  if (const auto refused = prove(form, request.origin() + request.path, grant)) {
    return refuse(*refused, request, now_());
  }
  if (!resource_exists(config_, grant.cloud, grant.resource)) {
    return refuse(entra::unknown_resource(grant.resource, grant.tenant_id), request, now_());
  }
  return grant_token(grant);
}

// What is asked for, and in which directory: everything that can be said before the credential.
std::optional<EntraError> Entra::read_grant(const Form& form, Grant& grant) const {
  if (auto refused = refuse_tenant(config_, grant.tenant)) return refused;
  const std::string client_id = field(form, "client_id");
  const std::string grant_type = field(form, "grant_type");
  if (grant_type.empty()) return entra::missing_parameter("grant_type");
  grant.of_user = is_user_grant(grant_type);
  if (grant_type != "client_credentials" && !grant.of_user) {
    return entra::unsupported_grant(grant_type);
  }
  if (client_id.empty()) return entra::missing_parameter("client_id");
  if (is_tenantless(grant.tenant)) {
    if (!grant.of_user) return entra::tenantless(client_id, grant.tenant);
    if (grant.tenant != "organizations") return entra::no_grant_on_common();
    grant.tenant_id = config_.tenant_id;
  }
  if (auto refused = read_resource(form, grant)) return refused;
  return read_client(client_id, grant);
}

std::optional<EntraError> Entra::read_resource(const Form& form, Grant& grant) const {
  const std::string scope =
      grant.of_user ? without_user_scopes(field(form, "scope")) : field(form, "scope");
  if (grant.protocol == Protocol::v1) grant.resource = field(form, "resource");
  if (grant.protocol == Protocol::v2 && form.contains("resource")) return entra::resource_on_v2();
  if (!grant.resource.empty()) return std::nullopt;
  if (scope.empty()) {
    return entra::missing_parameter(grant.protocol == Protocol::v1 ? "resource" : "scope");
  }
  grant.resource = resource_of_scope(scope);
  if (grant.resource.empty()) return entra::bad_scope(scope);
  return std::nullopt;
}

std::optional<EntraError> Entra::read_client(const std::string& client_id, Grant& grant) const {
  if (grant.of_user && is_public_client(client_id)) {
    grant.client_id = client_id;
    return std::nullopt;
  }
  const Identity* const application = identity_of_client(config_, client_id);
  if (application == nullptr || !identity_is_in_tenant(*application, grant.tenant_id)) {
    return entra::unknown_application(client_id, grant.tenant_id);
  }
  if (grant.of_user) {
    grant.client_id = client_id;
  } else {
    grant.identity = application;
  }
  return std::nullopt;
}

std::optional<EntraError> Entra::prove(const Form& form, const std::string& endpoint,
                                       Grant& grant) const {
  if (grant.of_user) {
    const auto proved = users_.prove(form, now_());
    if (const auto* const refused = std::get_if<EntraError>(&proved)) return *refused;
    grant.identity = &config_.identities.at(std::get<const User*>(proved)->name);
    grant.proof = Proof::user;
    return std::nullopt;
  }
  const std::string assertion = field(form, "client_assertion");
  if (!assertion.empty()) {
    if (field(form, "client_assertion_type") != jwt_bearer) {
      return entra::missing_parameter("client_assertion_type");
    }
    grant.proof = Proof::certificate;
    return assertions_.check(*grant.identity, assertion, endpoint, now_());
  }
  const std::string secret = field(form, "client_secret");
  if (secret.empty()) return entra::no_credential();
  if (!same_secret(secret, grant.identity->client_secret)) {
    return entra::wrong_secret(grant.identity->client_id);
  }
  return std::nullopt;
}

Response Entra::grant_token(const Grant& grant) const {
  const AccessToken token = tokens_.issue({.identity = grant.identity,
                                           .resource = grant.resource,
                                           .issuer = token_issuer(grant.cloud, grant.tenant_id),
                                           .tenant_id = grant.tenant_id,
                                           .proof = grant.proof,
                                           .client_id = grant.client_id});
  JsonObject body;
  body.text("token_type", "Bearer");
  if (grant.protocol == Protocol::v2) {
    body.number("expires_in", token.expires_in).number("ext_expires_in", token.expires_in);
  } else {
    body.text("expires_in", std::to_string(token.expires_in))
        .text("ext_expires_in", std::to_string(token.expires_in))
        .text("expires_on", std::to_string(token.expires))
        .text("not_before", std::to_string(token.not_before))
        .text("resource", grant.resource);
  }
  Response response = Response::json(200, body.text("access_token", token.text).str());
  add_entra_headers(response, random_guid());
  return response;
}

}  // namespace devvault
