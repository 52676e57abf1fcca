// As much of Azure Resource Manager as `az login` needs: subscriptions and tenants.
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Serves every path of the clouds' management hosts; what it does not have is a 404 that says so.
class Management final : public Service {
 public:
  // Both must outlive it.
  Management(const Config& config, TokenIssuer& tokens, Now now)
      : config_(config), tokens_(tokens), now_(now) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] bool is_authenticated(const Request& request);
  [[nodiscard]] std::string subscription() const;

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
};

}  // namespace devvault
