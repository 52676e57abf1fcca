// The token endpoint of Azure Cloud Shell: POST with a form, the identity of the shell's user.
//
// Source: MSAL.NET CloudShellManagedIdentitySource.cs; MSAL for Go azure_cloud_shell.go.
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Where MSI_ENDPOINT points, on loopback and over plain http.
inline constexpr std::string_view cloud_shell_path = "/oauth2/token";

// Serves where an identity has the platform cloud-shell.
class CloudShell final : public Service {
 public:
  // Both must outlive it.
  CloudShell(const Config& config, const TokenIssuer& tokens) : config_(config), tokens_(tokens) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  const Config& config_;
  const TokenIssuer& tokens_;
};

}  // namespace devvault
