// The command line as typed data: which command, which options, what stands after them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/cli/command_table.hpp"
#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

enum class OutputFormat { raw, header, json, text };

struct Invocation {
  Command command = Command::help;
  std::vector<std::string> arguments;  // REFERENCE of get
  std::vector<std::string> target;     // COMMAND ARG..., untouched
  // The option before COMMAND if it takes names with '=' only, and has none; else empty.
  std::string value_less;

  // Options, KVLAUNCH_* variables included where a flag did not say otherwise.
  std::vector<std::string> manifests;
  bool names_manifest = false;  // by -m, not by KVLAUNCH_MANIFEST alone
  std::vector<std::string> profiles;
  std::vector<std::string> env_assignments;
  std::vector<std::string> env_files;
  std::string vault;
  std::string identity;
  std::optional<std::string> connection_string;  // as given; may be blank
  bool connection_string_in_variable = false;    // and neither option says otherwise
  std::string scope;                             // token: made from --resource where that is given
  std::optional<OutputFormat> format;            // token, doctor
  std::string secret;                            // doctor: a name or reference to read
  bool whoami = false;
  Options options;
  bool allow_unsafe_manifest = false;
  bool dry_run = false;
  bool online = false;
  bool force = false;
  bool verbose = false;
  bool quiet = false;
};

// Reads argv (without the program's name) and the KVLAUNCH_* variables. Errors: Code::usage, and
// Code::not_yet for commands and options that later versions bring. `warnings` gets a line for each
// KVLAUNCH_ variable that nobody knows.
Result<Invocation> read_invocation(const std::vector<std::string>& arguments,
                                   const Environment& environment,
                                   std::vector<std::string>& warnings);

// The format that errors of read_invocation() are to be written in: --log-format, wherever it
// stands, or its variable. Text where neither says json.
LogFormat log_format_wanted(const std::vector<std::string>& arguments,
                            const Environment& environment);

// What `kvlaunch help` and `--help` print.
std::string usage_text();

}  // namespace kvlaunch
