// Settings of a person's sign-in.
#include "providers/public_client.hpp"

#include "providers/authority.hpp"

namespace kvlaunch {
namespace {

// The Azure CLI's registration, which every tenant knows. An own one is better: its sign-ins can be
// told apart.
constexpr std::string_view azure_cli_client = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

}  // namespace

Result<PublicClient> public_client(const IdentitySpec& spec, const TokenRequest& request,
                                   const ProviderContext& context) {
  const Environment& environment = context.world.environment;
  auto tenant = choose_tenant(spec.tenant_id, request.tenant, environment);
  if (!tenant) return std::move(tenant).errors();
  auto authority = choose_authority(spec, environment, context.settings.cloud);
  if (!authority) return std::move(authority).errors();
  return PublicClient{std::move(*authority), tenant->empty() ? "organizations" : std::move(*tenant),
                      spec.client_id.empty() ? std::string{azure_cli_client} : spec.client_id,
                      request.scope + " openid profile offline_access"};
}

Url login_endpoint(const PublicClient& client, std::string_view name) {
  Url endpoint = client.authority;
  endpoint.target = "/" + client.tenant + (is_adfs(client.tenant) ? "/oauth2/" : "/oauth2/v2.0/") +
                    std::string{name};
  return endpoint;
}

std::optional<Unavailable> nobody_to_ask(const ProviderContext& context) {
  if (context.world.terminal.present()) return std::nullopt;
  return Unavailable{"there is no terminal, so nobody can sign in",
                     "run kvlaunch on a terminal, or choose an identity that needs no person"};
}

Error nobody_signed_in() {
  return Error{.code = Code::deadline,
               .message = "nobody signed in before the time ran out",
               .hint = "allow more time with --timeout 10m"};
}

}  // namespace kvlaunch
