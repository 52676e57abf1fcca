// What a vault says to a request without a token: that it is one, and whose.
#pragma once

#include <optional>

#include "launcher/base/world.hpp"
#include "launcher/doctor/finding.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/challenge.hpp"

namespace kvlaunch::doctor {

struct ChallengeSeen {
  Finding finding;
  std::optional<TokenDemand> demand;  // what the vault wants a token for
  bool answered = false;              // by whatever: a token may be tried
};

// `configured_tenant`: of the identity; empty if it takes whatever the vault names.
ChallengeSeen examine_challenge(const VaultEndpoint& vault, const std::string& configured_tenant,
                                World& world, const Deadline& deadline);

}  // namespace kvlaunch::doctor
