// Reading one secret of a key vault, for providers whose credential lies in one. resolve/ can do
// it, cli/ hands it in: providers know no vault.
#pragma once

#include <string>

#include "launcher/base/world.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

struct VaultSecret {
  Secret value;
  std::string content_type;  // as the vault says; empty if it says none
};

// `identifier` is "https://HOST/secrets/NAME[/VERSION]" with the host of a known cloud's vault.
// Challenges are followed, `identity` gives the tokens. Errors: those of reading any reference.
using VaultSecretReader = Result<VaultSecret>(const std::string& identifier, TokenSource& identity,
                                              World& world, const Deadline& deadline);

}  // namespace kvlaunch
