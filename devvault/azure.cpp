// The services side by side: each request goes to the first that serves it.
#include "devvault/azure.hpp"

#include <algorithm>

#include "devvault/app_service.hpp"
#include "devvault/authorities.hpp"
#include "devvault/azure_arc.hpp"
#include "devvault/ci_tokens.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/cloud_shell.hpp"
#include "devvault/entra.hpp"
#include "devvault/federation_server.hpp"
#include "devvault/identity_binding.hpp"
#include "devvault/imds.hpp"
#include "devvault/json_object.hpp"
#include "devvault/key_vault.hpp"
#include "devvault/made_up.hpp"
#include "devvault/management.hpp"
#include "devvault/openid.hpp"
#include "devvault/secret_store.hpp"
#include "devvault/service_fabric.hpp"
#include "devvault/sign_in.hpp"
#include "devvault/tokens.hpp"
#include "devvault/user_realm.hpp"
#include "launcher/base/cloud.hpp"

namespace devvault {
// The services hold references to what stands above them.
struct Azure::State {
  State(Config the_config, Now the_now, SigningKey key,
        std::unique_ptr<TicketAcceptor> the_acceptor)
      : config(std::move(the_config)),
        now(the_now),
        tokens(now, config.token_lifetime, std::move(key)),
        secrets(config, now),
        acceptor(std::move(the_acceptor)),
        identity_header(random_guid()),
        job_token(random_guid()) {
    services.push_back(std::make_unique<SignIn>(config, tokens, now));
    auto entra = std::make_unique<Entra>(config, tokens, now);
    services.push_back(std::make_unique<IdentityBinding>(config, tokens, *entra, now));
    services.push_back(std::move(entra));
    services.push_back(std::make_unique<OpenId>(config, tokens, now));
    services.push_back(std::make_unique<UserRealm>(config));
    services.push_back(std::make_unique<FederationServer>(config, tokens, *acceptor, now));
    services.push_back(std::make_unique<Imds>(config, tokens));
    services.push_back(std::make_unique<AppService>(config, tokens, identity_header));
    services.push_back(std::make_unique<CloudShell>(config, tokens));
    services.push_back(std::make_unique<ServiceFabric>(config, tokens, identity_header));
    services.push_back(std::make_unique<AzureArc>(config, tokens, arc_keys));
    services.push_back(std::make_unique<CiTokens>(config, tokens, now, job_token));
    services.push_back(std::make_unique<Management>(config, tokens, now));
    services.push_back(std::make_unique<KeyVault>(config, tokens, secrets, now));
  }

  Config config;
  Now now;
  TokenIssuer tokens;
  SecretStore secrets;
  std::unique_ptr<TicketAcceptor> acceptor;
  std::string identity_header;
  std::string job_token;
  ArcKeyFiles arc_keys;
  std::vector<std::unique_ptr<Service>> services;
};

Azure::Azure(Config config, Now now, SigningKey key, std::unique_ptr<TicketAcceptor> acceptor)
    : state_(std::make_unique<State>(std::move(config), now, std::move(key), std::move(acceptor))) {
}
Azure::~Azure() = default;

Response Azure::answer(const Request& request) {
  for (const auto& service : state_->services) {
    if (service->serves(request)) return service->answer(request);
  }
  return Response::json(
      404,
      JsonObject{}
          .text("error", "not_served_by_devvault")
          .text("error_description",
                "devvault serves the token endpoints of the login hosts, managed identity "
                "and CI endpoints, the vaults of devvault.yaml and the subscriptions of Resource "
                "Manager; this is none of them.")
          .str());
}

bool Azure::is_azure_host(const std::string& host) const {
  return is_ci_host(host) || is_federation_host(state_->config, host) ||
         kvlaunch::cloud_of_authority(host) != nullptr || management_cloud(host).has_value() ||
         kvlaunch::cloud_of_vault_host(host) != nullptr || state_->config.vaults.contains(host);
}

std::string Azure::identity_header() const {
  return state_->identity_header;
}

std::string Azure::job_token() const {
  return state_->job_token;
}

std::string Azure::federated_assertion(const std::string& identity) const {
  const auto found = state_->config.identities.find(identity);
  if (found == state_->config.identities.end()) return {};
  const Identity& app = found->second;
  return own_assertion(state_->tokens, app,
                       app.identity_binding ? binding_audience : federation_audience,
                       state_->now());
}

ArcKeyFiles& Azure::arc_key_files() {
  return state_->arc_keys;
}

const Config& Azure::config() const {
  return state_->config;
}

}  // namespace devvault
