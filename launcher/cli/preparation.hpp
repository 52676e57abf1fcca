// What every command needs first: the manifest found and merged, options in force and the base
// environment. Offline.
#pragma once

#include "launcher/cli/session.hpp"
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
  if_any,    // none found is as good as an empty one
  none,      // not even those named are read
};

// Which manifests `invocation` means: named ones, or the first of the two default places.
Result<LoadRequest> find_manifests(const Invocation& invocation, ManifestNeed need, Files& files);

// What the command line says, laid over the options of a manifest.
Settings settings_of(const Invocation& invocation, const Options& of_manifest);

// Reads under --timeout, and lets the report follow the manifest's log-format from then on.
Result<Loaded> load(Session& session, const LoadRequest& request);

// The PATH the target will have; it must be known before the first request, so it is literal or
// taken away.
std::optional<std::string> path_of_target(const Plan& plan, const Environment& base);

}  // namespace kvlaunch
