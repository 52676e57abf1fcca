// Everything a run will do, decided before the first request: manifest + options + environment in,
// data out. No input or output happens here.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/url.hpp"
#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

// A vault that will be asked, with what is needed to ask it.
struct VaultEndpoint {
  Url origin;                // https://host[:port]/
  std::string label;         // as messages name it: alias and host, or host
  std::size_t identity = 0;  // index into Plan::identities
  bool trust_host = false;   // host outside the known suffixes, allowed by the manifest
  std::string scope;         // known cloud's, or configured; empty: only the challenge can tell
};

// One request for one object; several uses share it.
struct Fetch {
  std::size_t vault = 0;  // index into Plan::vaults
  ObjectKind kind = ObjectKind::secret;
  std::string name;
  std::string version;         // empty: latest
  bool allow_expired = false;  // some use allows it; each use is judged again by its own word
  std::string reference;       // canonical text, for messages
  Location where;              // of the first use
};

// A variable whose value comes out of a fetch.
struct FetchedValue {
  std::size_t fetch = 0;
  std::string pointer;  // JSON pointer; empty: the whole value
  Decode decode = Decode::none;
  bool trim = false;
  bool optional = false;
  std::optional<std::string> default_value;
  bool allow_expired = false;
};

struct Binding {
  std::string variable;
  std::variant<LiteralValue, UnsetVariable, FetchedValue> source;
  std::string origin;  // where it was said, for explain: "kvlaunch.yaml:7", "-e", "inherited"
  Location where;
};

// A selection whose members are known only after a list (or the one secret) was fetched.
struct BulkSelection {
  std::size_t vault = 0;
  EnvFromEntry entry;
  std::optional<std::size_t> members_of;  // index into Plan::fetches, when it is one secret
};

struct Plan {
  std::vector<IdentitySpec> identities;
  std::vector<VaultEndpoint> vaults;
  std::vector<Fetch> fetches;  // unique by vault, kind, name (ignoring case) and version
  std::vector<Binding> bindings;
  std::vector<BulkSelection> selections;
  std::vector<std::string> unresolved;  // inherited references that are handed on as they are
  std::vector<std::string> preserved;   // inherited values that win; not fetched
  // Names in the base environment: a selection replaces none of them unless told to.
  std::set<std::string, std::less<>> inherited;
  CloudName cloud = CloudName::public_cloud;
  std::set<std::string> own_credentials;  // variables that helper programs do not get
  [[nodiscard]] bool needs_network() const { return !fetches.empty() || !selections.empty(); }
};

}  // namespace kvlaunch
