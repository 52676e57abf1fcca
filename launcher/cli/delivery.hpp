// From what was fetched to the variables of the target.
#pragma once

#include <vector>

#include "launcher/deliver/environment_block.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/resolver.hpp"

namespace kvlaunch {

struct Delivery {
  std::vector<Variable> variables;
  std::vector<std::string> unset;  // removed from the base
};

// Applies pointer, decode, trim, optional and default of each binding, and adds what the selections
// gave. All failures, those of fetching included, are returned together.
Result<Delivery> deliver(const Plan& plan, const Resolved& resolved);

}  // namespace kvlaunch
