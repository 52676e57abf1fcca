// Reading one secret, or the first entry of the list; the value is dropped at once.
#pragma once

#include "launcher/base/world.hpp"
#include "launcher/doctor/finding.hpp"
#include "launcher/plan/plan.hpp"
#include "providers/provider.hpp"

namespace kvlaunch::doctor {

// A secret to read in a vault.
struct Sample {
  Fetch fetch;
  bool required = true;  // a start fails without it
};

Finding examine_secret(const VaultEndpoint& vault, const Sample& sample, TokenSource& identity,
                       World& world, const Deadline& deadline);

// Where no secret is named. `needed`: the manifest selects from the list. Being allowed to read
// secrets and not to list them is common, so then only a warning.
Finding examine_list(const VaultEndpoint& vault, bool needed, TokenSource& identity, World& world,
                     const Deadline& deadline);

}  // namespace kvlaunch::doctor
