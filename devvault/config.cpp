// devvault.yaml from top to bottom.
#include "devvault/config.hpp"

#include <algorithm>

#include "devvault/config_parts.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;
namespace yaml = kvlaunch::yaml;

constexpr std::int64_t most_per_10s = 1'000'000;
constexpr std::int64_t most_polls = 1'000'000;

void read_scalars(ConfigReader& reader, const Node& root, Config& config) {
  if (const Node* node = root.find("tenant-id")) {
    config.tenant_id = reader.guid(*node, "tenant-id").value_or(config.tenant_id);
  }
  if (const Node* node = root.find("resources")) {
    config.resources = reader.texts(*node, "resources");
  }
  if (const Node* node = root.find("throttle")) {
    const auto limit = reader.integer(*node, "throttle", 0, most_per_10s);
    config.throttle_per_10s = static_cast<int>(limit.value_or(0));
  }
  if (const Node* node = root.find("sign-in-polls")) {
    const auto polls = reader.integer(*node, "sign-in-polls", 0, most_polls);
    config.sign_in_polls = static_cast<int>(polls.value_or(1));
  }
  if (const Node* node = root.find("token-lifetime")) {
    const auto lifetime = reader.duration(*node, "token-lifetime");
    if (lifetime && *lifetime < Seconds{1}) {
      reader.problem(Code::manifest_bad_value, *node, "token-lifetime must be at least 1s", "");
    } else if (lifetime) {
      config.token_lifetime = std::chrono::floor<Seconds>(*lifetime);
    }
  }
}

void read_version(ConfigReader& reader, const Node& root) {
  const Node* version = root.find("version");
  if (version == nullptr) {
    reader.problem_in_file(Code::manifest_version, "version is missing",
                           "begin the file with: version: 1");
  } else if (!version->is_scalar() || version->text != "1") {
    reader.problem(Code::manifest_version, *version, "version must be 1", "");
  }
}

void read_default_identity(ConfigReader& reader, const Node& root, Config& config) {
  config.default_identity = config.identity_order.empty() ? "" : config.identity_order.front();
  const Node* node = root.find("as");
  if (node == nullptr) return;
  const auto name = reader.text(*node, "as");
  if (!name) return;
  if (config.identities.contains(*name)) {
    config.default_identity = *name;
    return;
  }
  const std::vector<std::string_view> names{config.identity_order.begin(),
                                            config.identity_order.end()};
  reader.problem(Code::manifest_bad_value, *node, "as names no identity of this file",
                 ConfigReader::suggestion(*name, names));
}

// Keys x-... hold anchors, as in kvlaunch.yaml.
Node without_extensions(Node root) {
  std::erase_if(root.entries, [](const Node::Entry& entry) { return entry.key.starts_with("x-"); });
  return root;
}

}  // namespace

kvlaunch::Result<Config> parse_config(const std::string& file, const std::string& text,
                                      WallTime now) {
  const yaml::Source source{file, std::string{yaml::without_bom(text)}};
  yaml::Reading reading = yaml::read_with_problems(source);
  if (!reading.root) return std::move(reading.problems);
  const Node root = without_extensions(std::move(*reading.root));
  ConfigReader reader{source, now};
  reader.add(std::move(reading.problems));
  Config config = default_config();
  if (reader.any_mapping(root, "devvault.yaml")) {
    reader.mapping(
        root, "devvault.yaml",
        {"version", "tenant-id", "identities", "vaults", "faults", "rotations", "throttle",
         "token-lifetime", "resources", "as", "users", "federation", "sign-in-polls"});
    read_version(reader, root);
    read_scalars(reader, root, config);
    // In the order of dependence, not of the file.
    if (const Node* node = root.find("identities")) read_identities(reader, *node, config);
    if (const Node* node = root.find("users")) read_users(reader, *node, config);
    if (const Node* node = root.find("federation")) read_federations(reader, *node, config);
    config.vaults.clear();
    if (const Node* node = root.find("vaults")) read_vaults(reader, *node, config);
    if (const Node* node = root.find("faults")) read_faults(reader, *node, config);
    if (const Node* node = root.find("rotations")) read_rotations(reader, *node, config);
    read_default_identity(reader, root, config);
  }
  kvlaunch::Errors errors = reader.take_errors();
  if (!errors.empty()) return errors;
  return config;
}

}  // namespace devvault
