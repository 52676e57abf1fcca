// What explain and --dry-run show of a plan. Never values.
#pragma once

#include "launcher/base/world.hpp"
#include "launcher/cli/table.hpp"
#include "launcher/plan/plan.hpp"
#include "providers/connection_string_form.hpp"

namespace kvlaunch {

// Who said what is not about one variable: an option, its variable, or the manifest.
struct Origins {
  std::string scrub;
  std::string preserve_env;
  std::string allow_unresolved;
};
Origins origins_of(const Options& command_line, const Options& manifest);

// What every variable comes from. `removed` are the credentials that the target does not get.
Table explain_table(const Plan& plan, const std::vector<std::string>& removed,
                    const Origins& origins);

using IdentityWarnings = std::vector<ConnectionStringWarning>;

// The providers that each identity of the plan would try; of a connection string the credential it
// selects. Errors: those a start would end with, as of a provider that a later version brings; not
// a variable or file that is missing, which may be there where kvlaunch will run.
Result<Table> identity_table(const Plan& plan, const Owner& owner, World& world,
                             IdentityWarnings& warnings);

// The errors of every connection string that stands in the manifest, used or not.
Result<void> check_connection_strings(const Manifest& manifest, const Owner& owner, World& world,
                                      IdentityWarnings& warnings);

}  // namespace kvlaunch
