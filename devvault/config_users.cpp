// `users:` and `federation:` of devvault.yaml.
#include <algorithm>
#include <filesystem>

#include "devvault/config_parts.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

bool is_domain(std::string_view text) {
  const auto url = kvlaunch::parse_url("https://" + std::string{text});
  return url && url->host == text && !url->explicit_port && url->target == "/" &&
         text.find('.') != std::string_view::npos;
}

// "worker@corp.example": what a URL path, XML and a claim carry without further thought.
bool is_user_name(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || !is_domain(text.substr(at + 1))) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#'.-_^~"}.find(c) != std::string_view::npos;
  });
}

User read_user(ConfigReader& reader, const Node::Entry& entry, Identity& identity) {
  const std::string what = "users." + entry.key;
  User user;
  user.name = kvlaunch::to_lower(entry.key);
  if (!is_user_name(user.name)) {
    reader.problem_with_key(Code::manifest_bad_value, entry, "not a user name",
                            "write NAME@DOMAIN, as users sign in to Entra");
  }
  if (!reader.mapping(entry.value, what, {"password", "principal", "object-id"})) return user;
  if (const Node* node = entry.value.find("password")) {
    user.password = reader.text(*node, what + ".password").value_or("");
  }
  if (const Node* node = entry.value.find("principal")) {
    user.principal = reader.text(*node, what + ".principal").value_or("");
  }
  if (const Node* node = entry.value.find("object-id")) {
    identity.object_id = reader.guid(*node, what + ".object-id").value_or("");
  }
  return user;
}

void read_trust_versions(ConfigReader& reader, const Node& node, const std::string& what,
                         Federation& federation) {
  const auto* items = reader.list(node, what);
  if (items == nullptr) return;
  federation.trust_1_3 = federation.trust_2005 = false;
  for (const Node& item : *items) {
    const auto version = reader.choice(item, "an entry of " + what, {"1.3", "2005"});
    if (version == "1.3") federation.trust_1_3 = true;
    if (version == "2005") federation.trust_2005 = true;
  }
}

Federation read_federation(ConfigReader& reader, const Node::Entry& entry) {
  const std::string what = "federation." + entry.key;
  Federation federation;
  federation.domain = kvlaunch::to_lower(entry.key);
  federation.host = "sts." + federation.domain;
  if (!is_domain(federation.domain)) {
    reader.problem_with_key(Code::manifest_bad_value, entry, "not a domain", "");
  }
  if (!reader.mapping(entry.value, what, {"host", "keytab", "ws-trust", "saml"})) {
    return federation;
  }
  if (const Node* node = entry.value.find("host")) {
    federation.host = kvlaunch::to_lower(reader.text(*node, what + ".host").value_or(""));
    if (!is_domain(federation.host) || kvlaunch::cloud_of_authority(federation.host) != nullptr) {
      reader.problem(Code::manifest_bad_value, *node,
                     "host must be a host name of its own, without scheme or port", "");
    }
  }
  if (const Node* node = entry.value.find("keytab")) {
    const auto path = reader.text(*node, what + ".keytab");
    if (path) {
      // Kerberos opens it by name, from wherever devvault runs then.
      federation.keytab =
          std::filesystem::absolute(std::filesystem::path{reader.file()}.parent_path() / *path);
    }
  }
  if (const Node* node = entry.value.find("ws-trust")) {
    read_trust_versions(reader, *node, what + ".ws-trust", federation);
  }
  if (const Node* node = entry.value.find("saml")) {
    const auto version = reader.choice(*node, what + ".saml", {"1.1", "2.0"});
    if (version == "2.0") federation.saml = SamlVersion::v2_0;
  }
  return federation;
}

}  // namespace

void read_users(ConfigReader& reader, const Node& node, Config& config) {
  if (!reader.any_mapping(node, "users")) return;
  for (const Node::Entry& entry : node.entries) {
    Identity identity;
    User user = read_user(reader, entry, identity);
    if (config.identities.contains(user.name)) {
      reader.problem_with_key(Code::manifest_conflict, entry,
                              "there is an identity or user of this name already", "");
    }
    identity.name = user.name;
    complete_identity(identity);
    config.identities[user.name] = std::move(identity);
    config.users[user.name] = std::move(user);
  }
}

void read_federations(ConfigReader& reader, const Node& node, Config& config) {
  if (!reader.any_mapping(node, "federation")) return;
  for (const Node::Entry& entry : node.entries) {
    Federation federation = read_federation(reader, entry);
    config.federations[federation.domain] = std::move(federation);
  }
}

}  // namespace devvault
