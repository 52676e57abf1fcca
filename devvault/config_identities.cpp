// `identities:` of devvault.yaml.
#include <array>
#include <filesystem>
#include <fstream>

#include "devvault/certificate.hpp"
#include "devvault/ci_tokens.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/config_parts.hpp"
#include "devvault/made_up.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

constexpr std::size_t largest_certificate_file = 256 * 1024;

// At most so much of the file; nothing if it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return std::nullopt;
  std::string text(largest_certificate_file, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

// Text in PEM form, or { file: PATH } relative to devvault.yaml.
std::optional<std::string> read_pem(ConfigReader& reader, const Node& node,
                                    const std::string& what) {
  std::optional<std::string> pem;
  if (node.kind == Node::Kind::mapping) {
    if (!reader.mapping(node, what, {"file"})) return std::nullopt;
    const Node* path = node.find("file");
    const auto name = path == nullptr ? std::nullopt : reader.text(*path, what + ".file");
    if (!name) return std::nullopt;
    pem = read_file(std::filesystem::path{reader.file()}.parent_path() / *name);
    if (!pem) {
      reader.problem(Code::manifest_bad_value, *path, "the file of " + what + " cannot be read",
                     "a relative path counts from the directory of devvault.yaml");
      return std::nullopt;
    }
  } else {
    pem = reader.text(node, what);
  }
  if (pem && !read_certificate(*pem)) {
    reader.problem(Code::manifest_bad_value, node, what + " holds no certificate in PEM form",
                   "it begins with -----BEGIN CERTIFICATE-----");
    return std::nullopt;
  }
  return pem;
}

void read_certificates(ConfigReader& reader, const Node& node, const std::string& what,
                       Identity& identity) {
  const auto* items = reader.list(node, what);
  if (items == nullptr) return;
  for (const Node& item : *items) {
    if (auto pem = read_pem(reader, item, "an entry of " + what)) {
      identity.certificates.push_back(std::move(*pem));
    }
  }
}

// A list of foreign issuers, or `true` for devvault's own assertions alone.
void read_federated(ConfigReader& reader, const Node& node, const std::string& what,
                    Identity& identity) {
  if (node.is_scalar()) {
    if (!reader.boolean(node, what).value_or(false)) return;
    identity.federated.push_back({std::string{own_federation_issuer},
                                  own_federation_subject(identity),
                                  std::string{federation_audience}});
    return;
  }
  const auto* items = reader.list(node, what);
  if (items == nullptr) return;
  for (const Node& item : *items) {
    if (!reader.mapping(item, what, {"issuer", "subject", "audience"})) continue;
    Identity::Federation entry;
    entry.audience = federation_audience;
    for (const auto& [key, member] : {std::pair{"issuer", &Identity::Federation::issuer},
                                      std::pair{"subject", &Identity::Federation::subject},
                                      std::pair{"audience", &Identity::Federation::audience}}) {
      const Node* value = item.find(key);
      if (value != nullptr) entry.*member = reader.text(*value, what + "." + key).value_or("");
    }
    if (item.find("issuer") == nullptr || item.find("subject") == nullptr) {
      reader.problem(Code::manifest_missing_value, item,
                     "an entry of " + what + " needs issuer and subject", "");
    }
    identity.federated.push_back(std::move(entry));
  }
}

// `true`, or what distinguishes this identity there: `usual` stands for true.
std::string read_ci(ConfigReader& reader, const Node& node, const std::string& what,
                    const std::string& usual) {
  if (node.is_scalar() && node.text == "true") return usual;
  if (node.is_scalar() && node.text == "false") return {};
  return reader.text(node, what).value_or("");
}

// Without a list of its own the identity trusts exactly the token that it gets.
void trust_ci(Identity& identity) {
  if (!identity.federated.empty()) return;
  if (!identity.github_subject.empty()) {
    identity.federated.push_back(
        {std::string{github_issuer}, identity.github_subject, std::string{federation_audience}});
  }
  if (!identity.pipelines_connection.empty()) {
    identity.federated.push_back(
        {pipelines_issuer(), pipelines_subject(identity), std::string{federation_audience}});
  }
}

void read_managed(ConfigReader& reader, const Node& node, const std::string& what,
                  Identity& identity) {
  const auto kind = reader.choice(node, what, {"true", "false", "system", "user"});
  identity.managed = kind && *kind != "false";
  identity.system_assigned = kind && *kind == "system";
}

constexpr auto platforms = std::to_array<std::pair<std::string_view, Platform>>({
    {"app-service", Platform::app_service},
    {"app-service-2017", Platform::app_service_2017},
    {"azure-ml", Platform::azure_ml},
    {"cloud-shell", Platform::cloud_shell},
    {"service-fabric", Platform::service_fabric},
    {"azure-arc", Platform::azure_arc},
    {"virtual-machine", Platform::virtual_machine},
});

void read_platform(ConfigReader& reader, const Node& node, const std::string& what,
                   Identity& identity) {
  const auto name = reader.choice(node, what,
                                  {"app-service", "app-service-2017", "azure-ml", "cloud-shell",
                                   "service-fabric", "azure-arc", "virtual-machine"});
  if (!name) return;
  if (!identity.managed) {
    reader.problem(Code::manifest_conflict, node, what + " is for managed identities",
                   "add managed: true");
  }
  for (const auto& [known, platform] : platforms) {
    if (known == *name) identity.platform = platform;
  }
}

void read_identity_binding(ConfigReader& reader, const Node& node, const std::string& what,
                           Identity& identity) {
  identity.identity_binding = reader.boolean(node, what).value_or(false);
  if (!identity.identity_binding || !identity.federated.empty()) return;
  identity.federated.push_back({std::string{own_federation_issuer},
                                own_federation_subject(identity),
                                std::string{federation_audience}});
}

void read_tenants(ConfigReader& reader, const Node& node, const std::string& what,
                  Identity& identity) {
  const auto* items = reader.list(node, what);
  if (items == nullptr) return;
  for (const Node& item : *items) {
    if (auto tenant = reader.guid(item, "an entry of " + what)) {
      identity.tenants.push_back(std::move(*tenant));
    }
  }
}

Identity read_identity(ConfigReader& reader, const Node::Entry& entry) {
  const std::string what = "identities." + entry.key;
  Identity identity;
  identity.name = entry.key;
  if (!reader.mapping(entry.value, what,
                      {"client-id", "client-secret", "object-id", "resource-id", "certificates",
                       "federated", "identity-binding", "github-oidc", "azure-pipelines", "tenants",
                       "managed", "platform"})) {
    return identity;
  }
  const auto given = [&](const char* key) { return entry.value.find(key); };
  if (const Node* node = given("client-id")) {
    identity.client_id = reader.guid(*node, what + ".client-id").value_or("");
  }
  if (const Node* node = given("client-secret")) {
    identity.client_secret = reader.text(*node, what + ".client-secret").value_or("");
  }
  if (const Node* node = given("object-id")) {
    identity.object_id = reader.guid(*node, what + ".object-id").value_or("");
  }
  if (const Node* node = given("resource-id")) {
    identity.resource_id = reader.text(*node, what + ".resource-id").value_or("");
  }
  if (const Node* node = given("certificates")) {
    read_certificates(reader, *node, what + ".certificates", identity);
  }
  if (const Node* node = given("federated")) {
    read_federated(reader, *node, what + ".federated", identity);
  }
  if (const Node* node = given("identity-binding")) {
    read_identity_binding(reader, *node, what + ".identity-binding", identity);
  }
  if (const Node* node = given("github-oidc")) {
    identity.github_subject =
        read_ci(reader, *node, what + ".github-oidc", usual_github_subject(identity));
  }
  if (const Node* node = given("azure-pipelines")) {
    identity.pipelines_connection = read_ci(reader, *node, what + ".azure-pipelines",
                                            made_up_guid("service connection " + identity.name));
  }
  trust_ci(identity);
  if (const Node* node = given("tenants")) read_tenants(reader, *node, what + ".tenants", identity);
  if (const Node* node = given("managed")) read_managed(reader, *node, what + ".managed", identity);
  if (const Node* node = given("platform")) {
    read_platform(reader, *node, what + ".platform", identity);
  }
  return identity;
}

// One system-assigned identity per machine: the one that says so, else the first that says just
// `managed: true`. Those that say `user` never become it.
void choose_system_assigned(ConfigReader& reader, const Node& node, Config& config) {
  Identity* chosen = nullptr;
  for (const Node::Entry& entry : node.entries) {
    Identity& identity = config.identities.at(entry.key);
    if (!identity.system_assigned) continue;
    if (chosen != nullptr) {
      reader.problem_with_key(Code::manifest_conflict, entry,
                              "a second system-assigned identity: " + chosen->name + " is one",
                              "write managed: user");
    }
    chosen = &identity;
  }
  if (chosen != nullptr) return;
  for (const Node::Entry& entry : node.entries) {
    const Node* managed = entry.value.find("managed");
    if (managed == nullptr || managed->text != "true") continue;
    config.identities.at(entry.key).system_assigned = true;
    return;
  }
}

}  // namespace

void complete_identity(Identity& identity) {
  if (identity.client_id.empty()) identity.client_id = made_up_guid("client " + identity.name);
  if (identity.object_id.empty()) identity.object_id = made_up_guid("object " + identity.client_id);
  if (identity.resource_id.empty()) {
    identity.resource_id = "/subscriptions/" + made_up_guid("subscription") +
                           "/resourcegroups/devvault/providers/Microsoft.ManagedIdentity/"
                           "userAssignedIdentities/" +
                           identity.name;
  }
}

void read_identities(ConfigReader& reader, const Node& node, Config& config) {
  if (!reader.any_mapping(node, "identities")) return;
  config.identities.clear();
  config.identity_order.clear();
  for (const Node::Entry& entry : node.entries) {
    Identity identity = read_identity(reader, entry);
    complete_identity(identity);
    for (const auto& [name, other] : config.identities) {
      if (!kvlaunch::equal_ignoring_case(other.client_id, identity.client_id)) continue;
      reader.problem_with_key(
          Code::manifest_conflict, entry,
          "identities " + name + " and " + entry.key + " have the same client-id", "");
    }
    config.identity_order.push_back(entry.key);
    config.identities[entry.key] = std::move(identity);
  }
  choose_system_assigned(reader, node, config);
}

}  // namespace devvault
