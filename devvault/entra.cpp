// Client credentials in, access token out.
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
  const Identity* identity = nullptr;
  Proof proof = Proof::secret;
};

Entra::Entra(const Config& config, TokenIssuer& tokens, Now now)
    : config_(config), tokens_(tokens), now_(now), assertions_(config, tokens) {}

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
  if (grant_type != "client_credentials") return entra::unsupported_grant(grant_type);
  if (client_id.empty()) return entra::missing_parameter("client_id");
  if (is_tenantless(grant.tenant)) return entra::tenantless(client_id, grant.tenant);

  const std::string scope = field(form, "scope");
  if (grant.protocol == Protocol::v1) grant.resource = field(form, "resource");
  if (grant.protocol == Protocol::v2 && form.contains("resource")) return entra::resource_on_v2();
  if (grant.resource.empty()) {
    if (scope.empty()) {
      return entra::missing_parameter(grant.protocol == Protocol::v1 ? "resource" : "scope");
    }
    grant.resource = resource_of_scope(scope);
    if (grant.resource.empty()) return entra::bad_scope(scope);
  }

  grant.identity = identity_of_client(config_, client_id);
  if (grant.identity == nullptr || !identity_is_in_tenant(*grant.identity, grant.tenant_id)) {
    return entra::unknown_application(client_id, grant.tenant_id);
  }
  return std::nullopt;
}

std::optional<EntraError> Entra::prove(const Form& form, const std::string& endpoint,
                                       Grant& grant) const {
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
                                           .proof = grant.proof});
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
