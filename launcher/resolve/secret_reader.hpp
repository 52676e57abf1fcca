// Reading one secret outside any plan: for an identity whose certificate lies in a key vault.
#pragma once

#include "providers/vault_secret.hpp"

namespace kvlaunch {

// The reader that providers are given. A secret that is disabled or outside its dates is an error,
// as for a reference of the manifest.
VaultSecretReader read_vault_secret;

}  // namespace kvlaunch
