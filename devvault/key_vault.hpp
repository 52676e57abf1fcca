// The Key Vault data plane: secrets of every configured vault.
#pragma once

#include <string>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/key_vault_error.hpp"
#include "devvault/secret_store.hpp"
#include "devvault/vault_access.hpp"

namespace devvault {

// Serves the hosts of configured vaults and, to say so, every other host under a vault suffix.
// `config`, `tokens` and `store` must outlive it.
class KeyVault final : public Service {
 public:
  KeyVault(const Config& config, TokenIssuer& tokens, SecretStore& store, Now now);

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  // One request that has been let in.
  struct Call {
    const Vault& vault;
    const Request& request;
    Caller caller;
    std::string name;     // of the secret; empty for lists
    std::string version;  // empty: the current one
    [[nodiscard]] std::string full_name() const {
      return version.empty() ? name : name + "/" + version;
    }
  };
  using Operation = Response (KeyVault::*)(const Call&);

  Response dispatch(const Vault& vault, const Request& request);
  Response secrets(Call& call, const std::vector<std::string>& path);
  Response one_secret(const Call& call);
  Response deleted_secrets(const Call& call, const std::vector<std::string>& path);
  // `operation` if the caller has `permission`, else the 403.
  Response run(const Call& call, const Permission& permission, Operation operation);

  Response get(const Call& call);
  Response list(const Call& call);
  Response list_versions(const Call& call);
  Response set(const Call& call);
  Response update(const Call& call);
  Response remove(const Call& call);
  Response list_deleted(const Call& call);
  Response get_deleted(const Call& call);
  Response recover(const Call& call);
  Response purge(const Call& call);

  const Config& config_;
  SecretStore& store_;
  VaultAccess access_;
};

}  // namespace devvault
