// One vault, from the route to the value.
#pragma once

#include <optional>

#include "launcher/doctor/path.hpp"
#include "launcher/doctor/read.hpp"

namespace kvlaunch::doctor {

struct VaultQuestion {
  const VaultEndpoint& vault;
  TokenSource* identity = nullptr;  // null: there is none, and findings elsewhere say why
  std::optional<Sample> sample{};   // absent: the list is read
  bool list_needed = false;
};

// Goes on after a failure as far as that makes sense: without a way there is no request, without a
// token no reading. Ends by `deadline`.
Findings examine_vault(const VaultQuestion& question, network::PathProbe& probe, World& world,
                       const Deadline& deadline);

}  // namespace kvlaunch::doctor
