// The options in force: defaults, then the manifest's, then KVLAUNCH_* and flags.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

struct Settings {
  // Past the 70 s that IMDS may take to come back, below systemd's 90 s start time-out.
  Milliseconds timeout{80'000};
  Scrub scrub = Scrub::secrets;
  std::vector<std::string> keep_env;
  NamesOption preserve_env;
  bool clean_env = false;
  NamesOption resolve_env;
  NamesOption allow_unresolved;
  bool notify_ready = false;
  std::string ca_file;
  LogFormat log_format = LogFormat::text;

  // From the command line only: these replace what the manifest says.
  std::string vault;     // --vault
  std::string identity;  // --identity: a name of `identities`, or a type
  // --connection-string as given, which argv shows all the same. Blank: there is no string, and
  // AzureServicesAuthConnectionString does not count either.
  std::optional<std::string> connection_string;
  bool connection_string_in_variable = false;  // KVLAUNCH_CONNECTION_STRING decides
};

// A connection string of blanks only is as good as none.
bool is_blank(std::string_view connection_string);

// `options` with the defaults where nothing was said.
Settings settings_from(const Options& options);

}  // namespace kvlaunch
