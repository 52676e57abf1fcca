// Realm discovery of the login hosts: is a user managed by Entra, or federated?
//
// Shape of the answers: MSAL.NET WsTrust/UserRealmDiscoveryResponse.cs and its tests.
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"

namespace devvault {

// GET /common/UserRealm/USER?api-version=1.0. Domains of `federation:` are federated, those of
// other users managed, the rest unknown. `config` must outlive it.
class UserRealm final : public Service {
 public:
  explicit UserRealm(const Config& config) : config_(config) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  const Config& config_;
};

}  // namespace devvault
