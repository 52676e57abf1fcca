// The agent of a machine that Azure Arc connects: tokens for those who can read its key files.
//
// Sources: MSAL for Go azure_arc.go; learn.microsoft.com/azure/azure-arc/servers/
// managed-identity-authentication (challenge, answers).
#pragma once

#include "devvault/arc_key_files.hpp"
#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Where IDENTITY_ENDPOINT points. The real path is IMDS's own, on a port that only the agent has;
// here both are on one port.
inline constexpr std::string_view azure_arc_path = "/azure-arc/metadata/identity/oauth2/token";

class AzureArc final : public Service {
 public:
  // All must outlive it.
  AzureArc(const Config& config, const TokenIssuer& tokens, ArcKeyFiles& keys)
      : config_(config), tokens_(tokens), keys_(keys) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] Response challenge() const;
  [[nodiscard]] Response token(const Request& request) const;

  const Config& config_;
  const TokenIssuer& tokens_;
  ArcKeyFiles& keys_;
};

}  // namespace devvault
