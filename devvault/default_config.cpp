// What devvault serves when no file tells it.
#include "devvault/config.hpp"
#include "devvault/config_parts.hpp"

namespace devvault {

Config default_config() {
  Config config;
  config.tenant_id = "11111111-1111-1111-1111-111111111111";
  Identity identity;
  identity.name = "dev";
  identity.client_id = "22222222-2222-2222-2222-222222222222";
  identity.client_secret = "dev";
  identity.managed = true;
  identity.system_assigned = true;
  complete_identity(identity);
  config.identities["dev"] = identity;
  config.identity_order = {"dev"};
  config.default_identity = "dev";
  Vault vault;
  vault.name = "devvault";
  vault.host = "devvault.vault.azure.net";
  vault.tenant_id = config.tenant_id;
  config.vaults[vault.host] = vault;
  return config;
}

}  // namespace devvault
