// Everything `doctor` looks at, in order: identities, vaults, the clock.
#pragma once

#include <optional>

#include "launcher/base/world.hpp"
#include "launcher/doctor/finding.hpp"
#include "launcher/network/path_probe.hpp"
#include "launcher/plan/plan.hpp"
#include "providers/context.hpp"

namespace kvlaunch::doctor {

struct Question {
  const Plan& plan;                  // its identities and vaults are looked at
  std::optional<std::size_t> fetch;  // to read in its vault, instead of that vault's first one
  Owner owner;
};

// Ends by `deadline`; identities get half of the time.
Findings examine(const Question& question, network::PathProbe& probe, World& world,
                 const Deadline& deadline);

}  // namespace kvlaunch::doctor
