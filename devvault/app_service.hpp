// The identity endpoint of App Service (also Functions and Container Apps), 2019 and 2017.
//
// Source: azure-docs app-service/overview-managed-identity.md; error shapes as MSAL reads them.
#pragma once

#include <string>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Where IDENTITY_ENDPOINT and MSI_ENDPOINT point, on loopback and over plain http.
inline constexpr std::string_view app_service_path = "/msi/token";

class AppService final : public Service {
 public:
  // `header`: the secret that only processes of this node know (IDENTITY_HEADER and MSI_SECRET).
  // `config` and `tokens` must outlive it.
  AppService(const Config& config, const TokenIssuer& tokens, std::string header)
      : config_(config), tokens_(tokens), header_(std::move(header)) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  struct Protocol;
  [[nodiscard]] Response token(const Request& request, const Protocol& protocol) const;

  const Config& config_;
  const TokenIssuer& tokens_;
  std::string header_;
};

}  // namespace devvault
