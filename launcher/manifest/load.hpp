// From file names to one merged Manifest: reading, safety of the files, includes, layers, profiles.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/world.hpp"
#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

struct LoadRequest {
  std::vector<std::string> files;           // in order, later wins; "-" is standard input
  bool found_in_working_directory = false;  // files[0] was found, not named: must be the user's own
  std::vector<std::string> profiles;        // named by -p; empty: default-profile counts
  bool no_profile = false;                  // --profile none
  bool allow_unsafe = false;                // --allow-unsafe-manifest
  std::vector<std::string> env_files;       // --env-file, in order
  std::vector<std::string> env_assignments;  // -e, in order
};

// A manifest and what is wrong with it.
struct Loading {
  Manifest manifest;  // with problems: what could be read
  Errors problems;
  // All problems are about variables: what is said of vaults, identities and options is whole, so
  // that what a plan finds wrong with the other variables is wrong.
  bool only_variables = false;
};

// Reads and merges everything. All problems of all files are returned together, sorted by place.
// `environment` is what {{ env("NAME") }} sees. Makes no network request.
// No file at all (`files` empty) is fine: -e and --env-file alone are a manifest.
Loading load_with_problems(const LoadRequest& request, Files& files, const Owner& owner,
                           const Environment& environment, const Deadline& deadline, Log& log);
// The same for callers that want a good one or none.
Result<Manifest> load_manifest(const LoadRequest& request, Files& files, const Owner& owner,
                               const Environment& environment, const Deadline& deadline, Log& log);

}  // namespace kvlaunch
