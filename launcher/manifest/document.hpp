// From a YAML tree to a Document: the whole schema of a manifest.
//
// Every function reports what is wrong to the inspector and returns what could be read.
#pragma once

#include "launcher/manifest/inspector.hpp"
#include "launcher/manifest/layer.hpp"

namespace kvlaunch {

Document parse_document(const yaml::Node& root, Inspector inspector);

// The areas, one file each.
Options parse_options(const yaml::Node& node, Inspector inspector);
std::vector<EnvEntry> parse_env(const yaml::Node& node, Inspector inspector);
std::vector<EnvFromEntry> parse_env_from(const yaml::Node& node, Inspector inspector);
std::map<std::string, VaultDraft> parse_vaults(const yaml::Node& node, Inspector inspector);
std::map<std::string, IdentityDraft> parse_identities(const yaml::Node& node, Inspector inspector);
std::optional<IdentityChoice> parse_identity_choice(const yaml::Node& node, Inspector inspector);

// [A-Za-z0-9_-]+: aliases, labels of identities, names of profiles (these also with dots).
bool is_label(std::string_view text);

}  // namespace kvlaunch
