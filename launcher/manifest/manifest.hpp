// The manifest after all layers are merged: typed, validated, every string expanded. Pure data.
//
// What stands here is what a user may rely on (docs/manifest.md has a row for each key).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/identity_spec.hpp"
#include "launcher/manifest/reference.hpp"

namespace kvlaunch {

enum class Decode { none, base64, base64url, hex };

// A value taken from a vault: order of steps is fetch, pointer, decode, trim.
struct SecretUse {
  Reference reference;
  Decode decode = Decode::none;
  bool trim = false;
  bool optional = false;
  std::optional<std::string> default_value;  // implies optional; used as written
  bool allow_expired = false;
};

struct LiteralValue {
  std::string text;
};
struct UnsetVariable {};

struct EnvEntry {
  // Which layer it came from: command line beats inherited even under preserve-env.
  enum class Origin { manifest, command_line };

  std::string name;
  std::variant<LiteralValue, UnsetVariable, SecretUse> source;
  Origin origin = Origin::manifest;
  Location where;
};

// A selection of many secrets of one vault, or the members of one (`secret` with `format`).
struct EnvFromEntry {
  enum class Rename { upper_snake, snake };
  enum class MemberFormat { json, dotenv };

  std::string vault;  // as written; empty: the default vault
  std::string prefix;
  std::map<std::string, std::string> tags;
  bool all = false;
  std::optional<Reference> members_of;
  MemberFormat format = MemberFormat::json;
  bool strip_prefix = false;
  std::string add_prefix;
  bool override_inherited = false;
  std::vector<std::string> allow;
  Rename rename = Rename::upper_snake;
  std::vector<std::string> exclude;
  bool optional = false;
  Location where;
};

struct VaultEntry {
  std::string alias;
  std::string vault;     // name, host or URL as written, expanded
  std::string identity;  // label; empty: the manifest's
  std::optional<IdentitySpec> inline_identity;
  bool trust_host = false;
  std::string scope;
  Location where;
};

enum class Scrub { secrets, all, none };
enum class LogFormat { text, json };

// true/false, or the names it is limited to.
struct NamesOption {
  bool on = false;
  std::vector<std::string> names;  // empty with on: every name
  [[nodiscard]] bool covers(std::string_view name) const;
};

// Each member is set only where some layer set it; flags and KVLAUNCH_* are laid over it.
struct Options {
  std::optional<Milliseconds> timeout;
  std::optional<Scrub> scrub;
  std::optional<std::vector<std::string>> keep_env;
  std::optional<NamesOption> preserve_env;
  std::optional<bool> clean_env;
  std::optional<NamesOption> resolve_env;
  std::optional<NamesOption> allow_unresolved;
  std::optional<bool> notify_ready;
  std::optional<std::string> ca_file;
  std::optional<LogFormat> log_format;
};

// Lays `upper` over `lower`, member by member.
Options lay_over(Options lower, const Options& upper);

struct Manifest {
  std::vector<std::string> files;            // every file read, in the order they were laid
  std::string vault;                         // the default, as written, expanded; empty: none
  std::map<std::string, VaultEntry> vaults;  // by alias
  std::optional<CloudName> cloud;
  std::optional<IdentitySpec> identity;  // absent: automatic
  std::map<std::string, IdentitySpec> identities;
  std::vector<EnvEntry> env;  // unique names, in the order first named
  std::vector<EnvFromEntry> env_from;
  Options options;
  std::vector<std::string> profile_names;  // declared anywhere
  std::vector<std::string> profiles;       // in force, in order
};

// NAME=VALUE as `-e` takes it: the value is judged as a scalar in `env` is.
Result<EnvEntry> parse_env_assignment(std::string_view text);

// A duration: number and ms, s, m or h. The Error has no location.
Result<Milliseconds> parse_duration(std::string_view text);

}  // namespace kvlaunch
