// Identities in the order of AppAuthentication: managed identity, token provider file, Azure CLI.
// Unlike the chain, every failure moves on, an explicit refusal too.
//
// Source: AppAuthentication AzureServiceTokenProvider.cs (order, reports; integrated Windows
// authentication, the fourth, exists on the .NET Framework only).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/context.hpp"

namespace kvlaunch {

// The first that gives a token is pinned. When none does: a single failure as it is, several as one
// with a note for each, whose code is that of the first that was refused; all of them merely absent
// is what `usage` makes of it.
class AppDiscovery final : public Credential {
 public:
  AppDiscovery(std::vector<std::unique_ptr<Credential>> members, World& world, Usage usage)
      : members_(std::move(members)), world_(world), usage_(usage) {}

  [[nodiscard]] std::string_view name() const override { return "AppAuthentication"; }
  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override;

 private:
  Outcome nothing(std::vector<Outcome> failures) const;

  std::vector<std::unique_ptr<Credential>> members_;
  World& world_;
  Usage usage_;
  Credential* pinned_ = nullptr;
};

struct DiscoverySettings {
  std::string client_id;                            // of a user-assigned managed identity
  std::optional<std::chrono::seconds> retry_limit;  // for the managed identity
  std::string tenant_id;                            // for the Azure CLI; empty: its own
};

std::unique_ptr<Credential> make_app_discovery(const DiscoverySettings& settings,
                                               const ProviderContext& context);

}  // namespace kvlaunch
