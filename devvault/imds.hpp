// The instance metadata service of a virtual machine: its identity's tokens, and who it is.
//
// Sources: entra-docs managed-identities-azure-resources/how-to-use-vm-token.md;
// azure-docs virtual-machines/instance-metadata-service.md.
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Serves /metadata/... on 169.254.169.254 and on loopback, where AZURE_POD_IDENTITY_AUTHORITY_HOST
// sends clients. Without the header "Metadata: true" every answer is a 400: clients probe with
// that.
class Imds final : public Service {
 public:
  // Both must outlive it.
  Imds(const Config& config, const TokenIssuer& tokens) : config_(config), tokens_(tokens) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] Response token(const Request& request) const;
  [[nodiscard]] Response instance() const;

  const Config& config_;
  const TokenIssuer& tokens_;
};

}  // namespace devvault
