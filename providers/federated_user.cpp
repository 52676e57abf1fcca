// The grants of users.
#include "providers/federated_user.hpp"

#include "launcher/base/base64.hpp"
#include "launcher/base/retry.hpp"
#include "providers/authority.hpp"
#include "providers/entra.hpp"
#include "providers/user_realm.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view saml1_grant = "urn:ietf:params:oauth:grant-type:saml1_1-bearer";
constexpr std::string_view saml2_grant = "urn:ietf:params:oauth:grant-type:saml2-bearer";
// Four requests; below the deadline of the whole start.
constexpr Milliseconds sign_in_limit{60'000};
// For a user whose tenant is not known: any tenant of an organisation.
constexpr const char* any_tenant = "organizations";
// What MSAL asks for beside the resource in every grant of a user.
constexpr std::string_view user_scopes = " openid profile offline_access";

Outcome outcome_of(EntraAnswer answer) {
  if (auto* const token = std::get_if<AccessToken>(&answer)) return std::move(*token);
  return Failed{std::move(std::get<EntraRefusal>(answer).error)};
}

Outcome ask(World& world, const UserClient& client, const TokenRequest& request,
            std::vector<FormField> fields, const Deadline& deadline) {
  const bool adfs = is_adfs(client.tenant);
  const std::string scope = request.scope + std::string{user_scopes};
  fields.push_back({"client_id", client.client_id});
  if (adfs) {
    fields.push_back({"resource", resource_of(request.scope)});
  } else {
    fields.push_back({"scope", scope});
  }
  fields.push_back({"client_info", "1"});
  if (!request.claims.empty()) fields.push_back({"claims", request.claims});
  return outcome_of(
      ask_token_endpoint(world, token_endpoint(client.authority, client.tenant), fields, deadline));
}

Result<SamlAssertion> assertion_by_password(World& world, const UserRealm& realm,
                                            const UserPassword& password,
                                            const Deadline& deadline) {
  const auto endpoint =
      ask_federation_metadata(world, realm.metadata, WsTrustSignIn::password, deadline);
  if (!endpoint) return endpoint.errors();
  auto message = ws_trust_message(world, *endpoint, realm.audience, password);
  if (!message) return std::move(message).errors();
  const auto response =
      world.transport.send(ws_trust_request(*endpoint, std::move(*message)), deadline);
  if (!response) return response.errors();
  return read_ws_trust_answer(*endpoint, *response, {password.password});
}

}  // namespace

Result<UserClient> user_client(const IdentitySpec& spec, std::string_view tenant_id,
                               std::string_view client_id, const TokenRequest& request,
                               const ProviderContext& context) {
  const Environment& environment = context.world.environment;
  auto tenant = choose_tenant(tenant_id, request.tenant, environment);
  if (!tenant) return std::move(tenant).errors();
  auto authority = choose_authority(spec, environment, context.settings.cloud);
  if (!authority) return std::move(authority).errors();
  return UserClient{std::move(*authority), tenant->empty() ? any_tenant : std::move(*tenant),
                    std::string{client_id}};
}

Outcome token_by_saml(World& world, const UserClient& client, const TokenRequest& request,
                      const SamlAssertion& assertion, const Deadline& deadline) {
  const Secret encoded = base64_encode_secret(assertion.xml.reveal(), Base64::standard);
  return ask(world, client, request,
             {{"grant_type", assertion.version == SamlVersion::v1_1 ? saml1_grant : saml2_grant},
              {"assertion", encoded.reveal(), Sensitivity::secret}},
             deadline);
}

Outcome token_by_password(World& world, const UserClient& client, const TokenRequest& request,
                          const UserPassword& password, const Deadline& deadline) {
  return ask(world, client, request,
             {{"grant_type", "password"},
              {"username", password.user},
              {"password", password.password, Sensitivity::secret}},
             deadline);
}

Outcome token_by_user_password(World& world, const UserClient& client, const TokenRequest& request,
                               const UserPassword& password, const Deadline& whole) {
  const Deadline deadline = whole.sooner(world.clock, sign_in_limit);
  world.log.warn(
      "signing in with user name and password is deprecated, and cannot do multi-factor "
      "authentication",
      "use a client secret, a certificate, a managed or a workload identity");
  // AD FS as authority knows its users itself.
  if (is_adfs(client.tenant)) return token_by_password(world, client, request, password, deadline);
  const auto realm = ask_user_realm(world, client.authority, password.user, deadline);
  if (!realm) return Failed{realm.error()};
  if (realm->kind == UserRealm::Kind::managed) {
    return token_by_password(world, client, request, password, deadline);
  }
  const auto assertion = assertion_by_password(world, *realm, password, deadline);
  if (!assertion) return Failed{assertion.error()};
  return token_by_saml(world, client, request, *assertion, deadline);
}

}  // namespace kvlaunch
