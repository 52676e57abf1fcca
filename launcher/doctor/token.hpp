// The token that a vault would get: for whom, and until when.
#pragma once

#include <optional>

#include "launcher/base/world.hpp"
#include "launcher/doctor/finding.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/challenge.hpp"
#include "providers/provider.hpp"

namespace kvlaunch::doctor {

// Asks as a start does: without a tenant first, then, if the token turns out to be of another than
// the vault's, with the vault's.
Finding examine_token(const VaultEndpoint& vault, const std::optional<TokenDemand>& demand,
                      TokenSource& identity, World& world, const Deadline& deadline);

}  // namespace kvlaunch::doctor
