// What every command needs first: the manifest found and merged, options in force, the base
// environment, and the plan. Offline.
#pragma once

#include "launcher/base/world.hpp"
#include "launcher/cli/invocation.hpp"
#include "launcher/manifest/load.hpp"
#include "launcher/plan/make_plan.hpp"
#include "launcher/plan/scrub.hpp"

namespace kvlaunch {

struct Loaded {
  Manifest manifest;
  Settings settings;
  ScrubbedEnvironment base;
};

enum class ManifestNeed {
  required,  // none found is an error that lists the places tried
  optional,  // -e, --env-file and --resolve-env may be all there is
  none,      // a reference that names its vault fully reads none
};

// Which manifests `invocation` means: named ones, or the first of the two default places.
Result<LoadRequest> find_manifests(const Invocation& invocation, ManifestNeed need, Files& files);

Result<Loaded> load(const Invocation& invocation, const LoadRequest& request, const World& world,
                    const Owner& owner, const Deadline& deadline);

// Every identity the manifest knows of, for scrubbing.
std::vector<IdentitySpec> all_identities(const Manifest& manifest);

}  // namespace kvlaunch
