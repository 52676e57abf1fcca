// Fetching everything a Plan needs, in parallel, once each, with every failure reported together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/world.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/fetched.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// A variable that a BulkSelection produced. Those that a binding or Plan::preserved names, and
// those inherited that the selection may not replace, are not among them and were not fetched.
struct BulkVariable {
  std::string name;
  Secret value;
  std::size_t selection = 0;
  std::string secret_name;
  std::string version;
};

struct Resolved {
  std::vector<FetchedSecret> fetches;  // parallel to Plan::fetches
  std::vector<BulkVariable> bulk;
  // Not empty: a fetch or list failed, and the target must not be started. What is there is good
  // for finding out what else is wrong.
  Errors failures;
  std::vector<std::string> left_out;  // by selections: "NAME: disabled", for explain and -v
};

struct ResolveLimits {
  // Per vault origin. Measured in bench/: more connections cost more handshakes than they save.
  std::size_t connections = 16;
  // To all vaults together: each costs a thread and a descriptor, and small containers have few.
  std::size_t all_connections = 64;
};

// `identities[i]` serves Plan::identities[i]. Ends by `deadline`. Thread use: workers of its own,
// joined before it returns. Not yet valid secrets are failures here, and expired ones for each use
// that does not allow them; missing ones are for the bindings to judge, unless a selection needs
// their members.
Resolved resolve(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
                 const Deadline& deadline, const ResolveLimits& limits = {});

}  // namespace kvlaunch
