// Which uses of a plan cannot do without a fetch. Pure.
#pragma once

#include <optional>

#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// Where the first of them stands, for the error that the secret is not there; nothing if every use
// forgives that. The first use of all may be one that has a default.
std::optional<Location> place_of_need(const Plan& plan, std::size_t fetch);

}  // namespace kvlaunch
