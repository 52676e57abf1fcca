// What of the inherited environment the target gets: kvlaunch's own credentials stay behind.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/identity_spec.hpp"
#include "launcher/manifest/manifest.hpp"
#include "launcher/plan/settings.hpp"

namespace kvlaunch {

// Every identity the manifest knows of, used or not.
std::vector<IdentitySpec> all_identities(const Manifest& manifest);

struct ScrubbedEnvironment {
  Environment environment;           // the base that bindings are laid over
  std::vector<std::string> removed;  // names of credentials removed, for explain and -v
};

// `specs` are all identities of the manifest: each variable one names as source of a secret goes
// too. `settings.keep_env` names stay whatever they are. With clean_env only the few names that
// programs need to run at all are kept.
ScrubbedEnvironment scrub_environment(const Environment& inherited, const Settings& settings,
                                      const std::vector<IdentitySpec>& specs);

}  // namespace kvlaunch
