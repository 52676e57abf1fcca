// The top of a manifest, its profiles and its includes.
#include "launcher/manifest/document.hpp"

#include <algorithm>

namespace kvlaunch {

using yaml::Node;

namespace {

void parse_version(const Node& root, Inspector& inspector) {
  const Node* version = root.find("version");
  if (version == nullptr) {
    inspector.report(Code::manifest_version, inspector.where(root.mark, 1),
                     "the version is missing", "begin the file with `version: 1`");
  } else if (!version->reported && (!version->is_scalar() || version->text != "1")) {
    inspector.report(Code::manifest_version, inspector.where(version->mark),
                     "this version of the format is not known", "write `version: 1`");
  }
}

std::optional<VaultText> parse_vault(const Node& node, Inspector& inspector) {
  auto text = inspector.setting(node, "vault");
  if (!text) return std::nullopt;
  return VaultText{.text = *std::move(text), .where = inspector.where(node.mark)};
}

Layer parse_layer(const Node& node, Inspector& inspector) {
  Layer layer;
  inspector.take(node, "vault", layer.vault,
                 [&](const Node& value) { return parse_vault(value, inspector); });
  inspector.take(node, "cloud", layer.cloud, [&](const Node& value) {
    return inspector.word<CloudName>(value, "cloud",
                                     {{"public", CloudName::public_cloud},
                                      {"usgov", CloudName::us_government},
                                      {"china", CloudName::china}});
  });
  inspector.take(node, "identity", layer.identity, [&](const Node& value) {
    return parse_identity_choice(value, inspector.hiding_values());
  });
  if (const Node* vaults = node.find("vaults")) layer.vaults = parse_vaults(*vaults, inspector);
  if (const Node* identities = node.find("identities")) {
    layer.identities = parse_identities(*identities, inspector.hiding_values());
  }
  if (const Node* env = node.find("env")) layer.env = parse_env(*env, inspector.hiding_values());
  if (const Node* from = node.find("env-from")) layer.env_from = parse_env_from(*from, inspector);
  if (const Node* options = node.find("options"))
    layer.options = parse_options(*options, inspector);
  return layer;
}

bool is_profile_name(std::string_view name) {
  return !name.empty() && name != "none" && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '.' || is_label(std::string_view{&c, 1});
  });
}

void parse_profiles(const Node& node, Inspector& inspector, Document& document) {
  if (!inspector.expect(node, Node::Kind::mapping, "profiles")) return;
  for (const Node::Entry& entry : node.entries) {
    if (!is_profile_name(entry.key)) {
      inspector.report(Code::manifest_bad_value, inspector.where_key(entry),
                       "\"" + entry.key + "\" cannot be the name of a profile",
                       entry.key == "none"
                           ? "`--profile none` means no profile: choose another name"
                           : "use letters, digits, - _ and .");
    }
    if (!inspector.expect(entry.value, Node::Kind::mapping, "profile \"" + entry.key + "\"",
                          "write {} for a profile without settings")) {
      continue;
    }
    inspector.check_keys(entry.value, "profiles.X");
    document.profiles.emplace(entry.key, parse_layer(entry.value, inspector));
  }
}

std::optional<IncludedFile> parse_include(const Node& node, Inspector& inspector) {
  IncludedFile included{.file = {}, .optional = false, .where = inspector.where(node.mark)};
  const Node* file = &node;
  if (node.kind == Node::Kind::mapping) {
    inspector.check_keys(node, "include");
    file = node.find("file");
    if (file == nullptr) {
      inspector.report(Code::manifest_missing_value, inspector.where(node.mark, 1),
                       "this include names no file", "write { file: PATH, optional: true }");
      return std::nullopt;
    }
    if (const Node* optional = node.find("optional")) {
      included.optional = inspector.boolean(*optional, "optional").value_or(false);
    }
  }
  auto path = inspector.setting(*file, "include");
  if (!path) return std::nullopt;
  included.file = *std::move(path);
  return included;
}

void parse_includes(const Node& node, Inspector& inspector, Document& document) {
  if (!inspector.expect(node, Node::Kind::sequence, "include", "write include: [ FILE ]")) return;
  for (const Node& item : node.items) {
    if (auto included = parse_include(item, inspector)) {
      document.includes.push_back(*std::move(included));
    }
  }
}

std::optional<DefaultProfile> parse_default_profile(const Node& node, Inspector& inspector) {
  const auto text = inspector.setting(node, "default-profile");
  if (!text) return std::nullopt;
  if (!is_profile_name(*text)) {
    inspector.report(Code::manifest_bad_value, inspector.where(node.mark),
                     "default-profile must be the name of a profile",
                     "name one of `profiles:`, or leave it out");
    return std::nullopt;
  }
  return DefaultProfile{.name = *text, .where = inspector.where(node.mark)};
}

}  // namespace

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Document parse_document(const Node& root, Inspector inspector) {
  Document document;
  if (root.kind == Node::Kind::null && !root.reported) {
    inspector.report(Code::manifest_missing_value, Location{.file = inspector.file()},
                     "the manifest is empty", "begin the file with `version: 1`");
    return document;
  }
  // A file that is no mapping was named by mistake: it may well be one of secrets.
  if (!inspector.hiding_values().expect(root, Node::Kind::mapping, "a manifest",
                                        "begin the file with `version: 1`")) {
    return document;
  }
  parse_version(root, inspector);
  inspector.check_keys(root, "top");
  document.base = parse_layer(root, inspector);
  if (const Node* include = root.find("include")) parse_includes(*include, inspector, document);
  if (const Node* profiles = root.find("profiles")) parse_profiles(*profiles, inspector, document);
  inspector.take(root, "default-profile", document.default_profile,
                 [&](const Node& value) { return parse_default_profile(value, inspector); });
  return document;
}

}  // namespace kvlaunch
