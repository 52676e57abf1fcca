// Which variables hold credentials of kvlaunch itself: one list for the target's environment (plan/
// scrub) and for the helper programs of the providers.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/identity_spec.hpp"

namespace kvlaunch {

// The variables of the Azure SDKs and of kvlaunch that hold a secret (not an id, a path or a handle
// of the platform), and every variable that one of `specs` names as source of a credential.
std::set<std::string> own_credentials(const std::vector<IdentitySpec>& specs);

// What a helper program gets: it has a login of its own.
Environment without(const std::set<std::string>& names, Environment environment);

}  // namespace kvlaunch
