// `secrets:` of one vault in devvault.yaml.
#include <algorithm>

#include "devvault/config_parts.hpp"
#include "devvault/secret_json.hpp"
#include "devvault/secret_name.hpp"
#include "devvault/secret_store.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

// Reads the secrets of one vault; keeps what all of them need at hand.
class SecretsReader {
 public:
  SecretsReader(ConfigReader& reader, const Vault& vault, WallTime& created)
      : reader_(reader), vault_(vault), created_(created) {}

  SecretObject read(const Node::Entry& entry, const std::string& what);

 private:
  void read_value(const Node& node, const std::string& what, SecretVersion& version);
  void read_attributes(const Node& node, const std::string& what, SecretVersion& version);
  void read_validity(const Node& node, const std::string& what, SecretVersion& version);
  void read_tags(const Node& node, const std::string& what, SecretVersion& version);
  SecretVersion read_version(const Node& node, const std::string& what, const SecretVersion& usual);
  void complete(const Node& node, SecretVersion version, SecretObject& secret);

  ConfigReader& reader_;
  const Vault& vault_;
  WallTime& created_;
};

void SecretsReader::read_value(const Node& node, const std::string& what, SecretVersion& version) {
  const auto value = reader_.text(node, what);
  if (!value) return;
  if (value->size() > longest_value_bytes) {
    reader_.problem(Code::manifest_bad_value, node, what + " is larger than 25 KB",
                    "Key Vault takes no larger ones");
  }
  version.value = *value;
}

void SecretsReader::read_tags(const Node& node, const std::string& what, SecretVersion& version) {
  if (!reader_.any_mapping(node, what)) return;
  version.tags.clear();
  for (const Node::Entry& entry : node.entries) {
    const auto value = reader_.text(entry.value, what + "." + entry.key);
    if (!value) continue;
    if (entry.key.size() > longest_tag || value->size() > longest_tag) {
      reader_.problem_with_key(Code::manifest_bad_value, entry,
                               "a tag has at most 512 characters in name and value", "");
    }
    version.tags[entry.key] = *value;
  }
  if (version.tags.size() > most_tags) {
    reader_.problem(Code::manifest_bad_value, node, what + " has more than 15 entries",
                    "Key Vault takes no more");
  }
}

// content-type and tags: in the long form they hold for every version.
void SecretsReader::read_attributes(const Node& node, const std::string& what,
                                    SecretVersion& version) {
  if (const Node* given = node.find("content-type")) {
    version.content_type = reader_.text(*given, what + ".content-type").value_or("");
    if (version.content_type.size() > longest_content_type) {
      reader_.problem(Code::manifest_bad_value, *given,
                      what + ".content-type is longer than 255 characters", "");
    }
  }
  if (const Node* given = node.find("tags")) read_tags(*given, what + ".tags", version);
}

// What belongs to one version alone.
void SecretsReader::read_validity(const Node& node, const std::string& what,
                                  SecretVersion& version) {
  if (const Node* given = node.find("enabled")) {
    version.enabled = reader_.boolean(*given, what + ".enabled").value_or(true);
  }
  if (const Node* given = node.find("expires")) {
    version.expires = reader_.time(*given, what + ".expires");
  }
  if (const Node* given = node.find("not-before")) {
    version.not_before = reader_.time(*given, what + ".not-before");
  }
  if (const Node* given = node.find("created")) {
    version.created = reader_.time(*given, what + ".created").value_or(WallTime{});
  }
  if (const Node* given = node.find("version")) {
    version.version = kvlaunch::to_lower(reader_.text(*given, what + ".version").value_or(""));
    if (!is_secret_version(version.version)) {
      reader_.problem(Code::manifest_bad_value, *given, what + ".version must be 32 hex digits",
                      "leave it out, and devvault makes one that is the same in every run");
    }
  }
}

SecretVersion SecretsReader::read_version(const Node& node, const std::string& what,
                                          const SecretVersion& usual) {
  SecretVersion version;
  version.content_type = usual.content_type;
  version.tags = usual.tags;
  if (node.kind != Node::Kind::mapping) {
    read_value(node, what, version);
    return version;
  }
  reader_.mapping(
      node, what,
      {"value", "version", "content-type", "tags", "enabled", "expires", "not-before", "created"});
  if (const Node* value = node.find("value")) {
    read_value(*value, what + ".value", version);
  } else {
    reader_.problem(Code::manifest_missing_value, node, what + " needs a value", "");
  }
  read_attributes(node, what, version);
  read_validity(node, what, version);
  return version;
}

void SecretsReader::complete(const Node& node, SecretVersion version, SecretObject& secret) {
  if (version.created == WallTime{}) version.created = created_;
  created_ = std::max(created_, version.created) + std::chrono::minutes{1};
  if (version.version.empty()) {
    version.version = version_for(vault_.host, secret.name, secret.versions.size());
  }
  if (version_of(secret, version.version) != nullptr) {
    reader_.problem(Code::manifest_conflict, node, "the same version twice", "");
  }
  secret.versions.push_back(std::move(version));
}

SecretObject SecretsReader::read(const Node::Entry& entry, const std::string& what) {
  SecretObject secret{.name = entry.key};
  const Node& node = entry.value;
  if (node.kind == Node::Kind::null) {
    reader_.problem_with_key(Code::manifest_missing_value, entry, what + " has no value",
                             "write \"\" for an empty one");
    return secret;
  }
  if (node.kind != Node::Kind::mapping) {
    complete(node, read_version(node, what, {}), secret);
    return secret;
  }
  reader_.mapping(node, what,
                  {"value", "versions", "version", "content-type", "tags", "enabled", "expires",
                   "not-before", "created", "deleted"});
  SecretVersion current;
  read_attributes(node, what, current);
  read_validity(node, what, current);
  if (const Node* versions = node.find("versions")) {
    const auto* items = reader_.list(*versions, what + ".versions");
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const std::string which = what + ".versions[" + std::to_string(i) + "]";
      complete((*items)[i], read_version((*items)[i], which, current), secret);
    }
  }
  if (const Node* value = node.find("value")) {
    read_value(*value, what + ".value", current);
    complete(*value, current, secret);
  } else if (secret.versions.empty()) {
    reader_.problem(Code::manifest_missing_value, node, what + " needs a value or versions", "");
  } else {
    for (const char* key : {"version", "enabled", "expires", "not-before", "created"}) {
      if (node.find(key) == nullptr) continue;
      reader_.problem(Code::manifest_conflict, *node.find(key),
                      what + "." + key + " is without a value it could belong to",
                      "write it in the entry of versions that it is for");
    }
  }
  if (const Node* deleted = node.find("deleted")) {
    secret.deleted = reader_.boolean(*deleted, what + ".deleted").value_or(false);
    if (!secret.versions.empty()) secret.deleted_at = secret.versions.back().created;
  }
  return secret;
}

}  // namespace

void read_secrets(ConfigReader& reader, const Node& node, const std::string& what, Vault& vault,
                  WallTime& created) {
  if (!reader.any_mapping(node, what)) return;
  SecretsReader secrets{reader, vault, created};
  for (const Node::Entry& entry : node.entries) {
    if (!is_secret_name(entry.key)) {
      reader.problem_with_key(Code::manifest_bad_value, entry, "not a name of a secret",
                              "a name has 1 to 127 letters, digits and dashes");
    }
    const std::string name = kvlaunch::to_lower(entry.key);
    SecretObject secret = secrets.read(entry, what + "." + entry.key);
    if (!vault.secrets.emplace(name, std::move(secret)).second) {
      reader.problem_with_key(Code::manifest_conflict, entry,
                              "the same secret twice: names differ in case only", "");
    }
  }
}

}  // namespace devvault
