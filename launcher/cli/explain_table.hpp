// What explain and --dry-run show of a plan. Never values.
#pragma once

#include "launcher/base/result.hpp"
#include "launcher/cli/table.hpp"
#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// What every variable comes from. `removed` are the credentials that the target does not get.
Table explain_table(const Plan& plan, const std::vector<std::string>& removed);

// The providers that each identity of the plan would try. Errors: those a start would end with, as
// of a provider that a later version brings.
Result<Table> identity_table(const Plan& plan, const Environment& environment);

}  // namespace kvlaunch
