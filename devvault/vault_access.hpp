// Who may enter a vault: the bearer token's signature, audience, tenant and times, then what the
// vault grants to that identity.
#pragma once

#include <string>
#include <variant>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/key_vault_error.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

class VaultAccess {
 public:
  // Both must outlive it.
  VaultAccess(const Config& config, TokenIssuer& tokens, Now now)
      : config_(config), tokens_(tokens), now_(now) {}

  // The caller, or the 401 with its challenge (or the 403 of a closed network) to send instead.
  [[nodiscard]] std::variant<Caller, Response> admit(const Vault& vault, const Request& request);

 private:
  [[nodiscard]] Response unauthorized(const Vault& vault, const Request& request,
                                      const std::string& message) const;

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
};

// What the challenge of `vault` names: the login host of its cloud, and its tenant.
std::string authority_of(const Vault& vault);

bool is_permitted(const Vault& vault, const Caller& caller, const Permission& permission);

}  // namespace devvault
