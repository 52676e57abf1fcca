// One manifest file, and each of its profiles, before they are laid over others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

// An identity as far as one layer says it: later layers may add settings. `keys` holds what was
// written and where.
struct IdentityDraft {
  IdentitySpec spec;
  std::map<std::string, Location> keys;
  Location where;

  // Says what kind of identity it is (type, chain or connection-string), so that it stands alone.
  [[nodiscard]] bool names_kind() const;
};

// `identity: NAME` or `identity: { ... }`.
struct IdentityLabel {
  std::string name;
  Location where;
};
using IdentityChoice = std::variant<IdentityLabel, IdentityDraft>;

struct VaultDraft {
  std::optional<std::string> vault;
  std::optional<IdentityChoice> identity;
  std::optional<bool> trust_host;
  std::optional<std::string> scope;
  Location where;
};

struct VaultText {
  std::string text;
  Location where;
};

struct Layer {
  std::optional<VaultText> vault;
  std::map<std::string, VaultDraft> vaults;
  std::optional<CloudName> cloud;
  std::optional<IdentityChoice> identity;
  std::map<std::string, IdentityDraft> identities;
  std::vector<EnvEntry> env;
  std::vector<EnvFromEntry> env_from;
  Options options;
};

struct IncludedFile {
  std::string file;  // as written, expanded
  bool optional = false;
  Location where;
};

struct DefaultProfile {
  std::string name;
  Location where;
};

struct Document {
  std::vector<IncludedFile> includes;
  Layer base;
  std::map<std::string, Layer> profiles;
  std::optional<DefaultProfile> default_profile;
};

// Lays `upper` over `lower` by the rules of design.md section 3, "Layers".
void lay_over(Layer& lower, const Layer& upper);

// The merged layer as a Manifest: identities complete and looked up. Adds what is wrong to
// `problems`.
Manifest finish(const Layer& merged, Errors& problems);

}  // namespace kvlaunch
