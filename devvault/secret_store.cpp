// Looking up and changing secrets under one lock.
#include "devvault/secret_store.hpp"

#include <algorithm>

#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {

const SecretVersion* version_of(const SecretObject& secret, const std::string& version) {
  if (secret.versions.empty()) return nullptr;
  if (version.empty()) return &secret.versions.back();
  const auto found =
      std::find_if(secret.versions.begin(), secret.versions.end(), [&](const SecretVersion& entry) {
        return kvlaunch::equal_ignoring_case(entry.version, version);
      });
  return found == secret.versions.end() ? nullptr : &*found;
}

std::string version_for(const std::string& host, const std::string& name, std::size_t index) {
  return made_up_version(host + "/" + kvlaunch::to_lower(name) + "/" + std::to_string(index));
}

SecretStore::SecretStore(const Config& config, Now now)
    : now_(now), start_(now()), rotations_(config.rotations) {
  for (const auto& [host, vault] : config.vaults) vaults_[host] = vault.secrets;
  std::stable_sort(rotations_.begin(), rotations_.end(),
                   [](const Rotation& a, const Rotation& b) { return a.after < b.after; });
}

std::optional<SecretObject> SecretStore::find(const std::string& host, const std::string& name,
                                              Which which) {
  const std::lock_guard lock{mutex_};
  apply_rotations();
  const SecretObject* secret = locate(host, name, which);
  if (secret == nullptr) return std::nullopt;
  return *secret;
}

std::vector<SecretObject> SecretStore::list(const std::string& host, Which which) {
  const std::lock_guard lock{mutex_};
  apply_rotations();
  std::vector<SecretObject> found;
  for (const auto& [name, secret] : vaults_[host]) {
    if (secret.deleted == (which == Which::deleted)) found.push_back(secret);
  }
  return found;
}

std::optional<SecretObject> SecretStore::set(const std::string& host, const std::string& name,
                                             SecretVersion version) {
  const std::lock_guard lock{mutex_};
  apply_rotations();
  if (locate(host, name, Which::deleted) != nullptr) return std::nullopt;
  version.created = now_();
  append(host, name, std::move(version));
  return *locate(host, name, Which::live);
}

std::optional<SecretObject> SecretStore::update(const std::string& host, const std::string& name,
                                                const std::string& version,
                                                const std::function<void(SecretVersion&)>& change) {
  const std::lock_guard lock{mutex_};
  apply_rotations();
  SecretObject* secret = locate(host, name, Which::live);
  if (secret == nullptr) return std::nullopt;
  const SecretVersion* found = version_of(*secret, version);
  if (found == nullptr) return std::nullopt;
  SecretVersion& changed = secret->versions[static_cast<std::size_t>(found - &secret->versions[0])];
  change(changed);
  changed.updated = now_();
  return *secret;
}

std::optional<SecretObject> SecretStore::remove(const std::string& host, const std::string& name) {
  const std::lock_guard lock{mutex_};
  apply_rotations();
  SecretObject* secret = locate(host, name, Which::live);
  if (secret == nullptr) return std::nullopt;
  secret->deleted = true;
  secret->deleted_at = now_();
  return *secret;
}

std::optional<SecretObject> SecretStore::recover(const std::string& host, const std::string& name) {
  const std::lock_guard lock{mutex_};
  SecretObject* secret = locate(host, name, Which::deleted);
  if (secret == nullptr) return std::nullopt;
  secret->deleted = false;
  return *secret;
}

bool SecretStore::purge(const std::string& host, const std::string& name) {
  const std::lock_guard lock{mutex_};
  if (locate(host, name, Which::deleted) == nullptr) return false;
  vaults_[host].erase(kvlaunch::to_lower(name));
  return true;
}

SecretObject* SecretStore::locate(const std::string& host, const std::string& name, Which which) {
  Secrets& secrets = vaults_[host];
  const auto found = secrets.find(kvlaunch::to_lower(name));
  if (found == secrets.end() || found->second.deleted != (which == Which::deleted)) return nullptr;
  return &found->second;
}

void SecretStore::append(const std::string& host, const std::string& name, SecretVersion version) {
  SecretObject& secret = vaults_[host][kvlaunch::to_lower(name)];
  if (secret.name.empty()) secret.name = name;
  if (version.version.empty()) version.version = version_for(host, name, secret.versions.size());
  secret.versions.push_back(std::move(version));
}

// A rotation copies the attributes of the version it follows, but for dates that have a meaning
// for that version only. One whose secret is deleted by then has nothing to rotate.
void SecretStore::apply_rotations() {
  const WallTime now = now_();
  for (; applied_ < rotations_.size() && start_ + rotations_[applied_].after <= now; ++applied_) {
    const Rotation& rotation = rotations_[applied_];
    if (locate(rotation.vault, rotation.secret, Which::deleted) != nullptr) continue;
    SecretVersion version;
    if (const auto* secret = locate(rotation.vault, rotation.secret, Which::live)) {
      version.content_type = secret->versions.back().content_type;
      version.tags = secret->versions.back().tags;
    }
    version.value = rotation.value;
    version.created = start_ + rotation.after;
    append(rotation.vault, rotation.secret, std::move(version));
  }
}

}  // namespace devvault
