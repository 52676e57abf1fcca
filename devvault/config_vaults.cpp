// `vaults:` of devvault.yaml, but for the secrets in them.
#include <algorithm>
#include <array>

#include "devvault/config_parts.hpp"
#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

constexpr std::array<std::string_view, 9> permissions{
    "get", "list", "set", "delete", "recover", "purge", "backup", "restore", "all"};

// learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates: 3-24 characters.
bool is_vault_name(std::string_view name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
  });
  return fits && name.size() >= 3 && name.size() <= 24 && !name.starts_with('-') &&
         !name.ends_with('-') && name.find("--") == std::string_view::npos;
}

bool is_host(std::string_view host) {
  const auto url = kvlaunch::parse_url("https://" + std::string{host});
  return url && url->host == host && !url->explicit_port && url->target == "/";
}

// "contoso-dev" is a name in the public cloud; with a dot in it the key is the host.
void read_host(ConfigReader& reader, const Node::Entry& entry, Vault& vault) {
  const std::string key = kvlaunch::to_lower(entry.key);
  const bool key_is_host = key.find('.') != std::string::npos;
  vault.name = key.substr(0, key.find('.'));
  vault.host = key_is_host ? key : key + "." + std::string{kvlaunch::clouds[0].vault_suffix};
  if (key_is_host ? !is_host(key) : !is_vault_name(key)) {
    reader.problem_with_key(Code::manifest_bad_value, entry,
                            "not a vault name, nor a host name in lower case",
                            "a name has 3 to 24 letters, digits and single dashes");
  }
  const Node* node = entry.value.find("host");
  if (node == nullptr) return;
  const auto host = reader.text(*node, "vaults." + entry.key + ".host");
  if (!host) return;
  vault.host = kvlaunch::to_lower(*host);
  if (!is_host(vault.host)) {
    reader.problem(Code::manifest_bad_value, *node,
                   "host must be a host name without scheme or port", "");
  }
}

void read_permissions(ConfigReader& reader, const Node& node, const std::string& what,
                      std::set<std::string>& granted) {
  std::vector<const Node*> items;
  if (node.is_scalar()) {
    items.push_back(&node);
  } else if (const auto* list = reader.list(node, what)) {
    for (const Node& item : *list) items.push_back(&item);
  }
  for (const Node* item : items) {
    const auto permission = reader.text(*item, "an entry of " + what);
    if (!permission) continue;
    if (std::find(permissions.begin(), permissions.end(), *permission) == permissions.end()) {
      reader.problem(
          Code::manifest_bad_value, *item, "unknown permission in " + what,
          ConfigReader::suggestion(*permission, {permissions.begin(), permissions.end()}));
    } else if (*permission == "all") {
      granted.insert(permissions.begin(), permissions.end());
    } else {
      granted.insert(*permission);
    }
  }
}

void read_access(ConfigReader& reader, const Node& node, const std::string& what,
                 const Config& config, Vault& vault) {
  vault.restricts_access = true;
  if (!reader.any_mapping(node, what)) return;
  const std::vector<std::string_view> names{config.identity_order.begin(),
                                            config.identity_order.end()};
  for (const Node::Entry& entry : node.entries) {
    if (!config.identities.contains(entry.key)) {
      reader.problem_with_key(Code::manifest_bad_value, entry,
                              "access for '" + entry.key + "', which is no identity of this file",
                              ConfigReader::suggestion(entry.key, names));
    }
    read_permissions(reader, entry.value, what + "." + entry.key, vault.access[entry.key]);
  }
}

void refuse_not_yet(ConfigReader& reader, const Node& vault) {
  for (const Node::Entry& entry : vault.entries) {
    if (entry.key != "certificates" && entry.key != "keys") continue;
    reader.problem_with_key(Code::not_yet, entry, entry.key + " of a vault are not served yet",
                            "this version of devvault has secrets; remove " + entry.key);
  }
}

Vault read_vault(ConfigReader& reader, const Node::Entry& entry, const Config& config,
                 WallTime& created) {
  const std::string what = "vaults." + entry.key;
  Vault vault;
  vault.tenant_id = config.tenant_id;
  read_host(reader, entry, vault);
  if (entry.value.kind == Node::Kind::null) return vault;  // a vault with nothing in it
  if (!reader.mapping(entry.value, what,
                      {"host", "tenant-id", "resource", "access", "authorization", "network",
                       "secrets", "certificates", "keys"})) {
    return vault;
  }
  refuse_not_yet(reader, entry.value);
  const auto given = [&](const char* key) { return entry.value.find(key); };
  if (const Node* node = given("tenant-id")) {
    vault.tenant_id = reader.guid(*node, what + ".tenant-id").value_or(config.tenant_id);
  }
  if (const Node* node = given("resource")) {
    vault.resource = reader.text(*node, what + ".resource").value_or("");
  }
  if (const Node* node = given("access")) {
    read_access(reader, *node, what + ".access", config, vault);
  }
  if (const Node* node = given("authorization")) {
    vault.rbac =
        reader.choice(*node, what + ".authorization", {"rbac", "access-policy"}) != "access-policy";
  }
  if (const Node* node = given("network")) {
    const auto network =
        reader.choice(*node, what + ".network", {"open", "firewall", "private-link"});
    if (network == "firewall") vault.refuses = "firewall";
    if (network == "private-link") vault.refuses = "connection";
  }
  if (const Node* node = given("secrets")) {
    read_secrets(reader, *node, what + ".secrets", vault, created);
  }
  return vault;
}

}  // namespace

void read_vaults(ConfigReader& reader, const Node& node, Config& config) {
  if (!reader.any_mapping(node, "vaults")) return;
  constexpr auto first_created = std::chrono::sys_days{std::chrono::year{2024} / 1 / 1};
  WallTime created{first_created};
  for (const Node::Entry& entry : node.entries) {
    Vault vault = read_vault(reader, entry, config, created);
    const std::string host = vault.host;
    if (!config.vaults.emplace(host, std::move(vault)).second) {
      reader.problem_with_key(Code::manifest_conflict, entry,
                              "a second vault with the host " + host, "");
    }
  }
}

}  // namespace devvault
