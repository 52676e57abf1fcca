// The sections of devvault.yaml, one reader each. What is wrong goes into the ConfigReader; what
// is right goes into the Config.
#pragma once

#include "devvault/config.hpp"
#include "devvault/config_reader.hpp"

namespace devvault {

void read_identities(ConfigReader& reader, const Node& node, Config& config);
// Needs the identities, and adds one for each user.
void read_users(ConfigReader& reader, const Node& node, Config& config);
void read_federations(ConfigReader& reader, const Node& node, Config& config);
// Needs the identities and users: `access` names them.
void read_vaults(ConfigReader& reader, const Node& node, Config& config);
void read_faults(ConfigReader& reader, const Node& node, Config& config);
// Needs the vaults.
void read_rotations(ConfigReader& reader, const Node& node, Config& config);

// Under `secrets:` of one vault. Dates of versions that give none go up from `created`, a minute
// each, so that they are the same in every run.
void read_secrets(ConfigReader& reader, const Node& node, const std::string& what, Vault& vault,
                  WallTime& created);

// What an identity gets that does not say.
void complete_identity(Identity& identity);

}  // namespace devvault
