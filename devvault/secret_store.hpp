// The secrets of all vaults while devvault runs: what devvault.yaml said, rotations that have come
// due, and what clients changed. Nothing is kept after the end.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"

namespace devvault {

enum class Which { live, deleted };

// Thread-safe. Vaults are named by their host, secrets by their name in any case; results are
// copies. A rotation is applied by the first access after its time.
class SecretStore {
 public:
  SecretStore(const Config& config, Now now);

  // Without the versions' values being looked at; nothing if there is none in that state.
  std::optional<SecretObject> find(const std::string& host, const std::string& name, Which which);
  // By name, as the service lists them.
  std::vector<SecretObject> list(const std::string& host, Which which);

  // Adds a version; `created` and, unless given, `version` are filled in. Nothing if a deleted
  // secret of that name is in the way.
  std::optional<SecretObject> set(const std::string& host, const std::string& name,
                                  SecretVersion version);
  // Changes one version ("" is the current one) and dates the change.
  std::optional<SecretObject> update(const std::string& host, const std::string& name,
                                     const std::string& version,
                                     const std::function<void(SecretVersion&)>& change);
  std::optional<SecretObject> remove(const std::string& host, const std::string& name);
  std::optional<SecretObject> recover(const std::string& host, const std::string& name);
  // Removes a deleted one for good; false if there is none.
  bool purge(const std::string& host, const std::string& name);

 private:
  using Secrets = std::map<std::string, SecretObject>;
  SecretObject* locate(const std::string& host, const std::string& name, Which which);
  void append(const std::string& host, const std::string& name, SecretVersion version);
  void apply_rotations();

  Now now_;
  WallTime start_;
  std::mutex mutex_;
  std::map<std::string, Secrets> vaults_;  // guarded by mutex_, as is what follows
  std::vector<Rotation> rotations_;        // soonest first
  std::size_t applied_ = 0;
};

// The version, or the current one for ""; nullptr if it does not exist.
const SecretVersion* version_of(const SecretObject& secret, const std::string& version);

// What devvault gives the nth version (from 0) of a secret that names none: always the same.
std::string version_for(const std::string& host, const std::string& name, std::size_t index);

}  // namespace devvault
