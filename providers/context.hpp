// What every provider is built with besides its own settings.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/cloud.hpp"
#include "launcher/base/own_credentials.hpp"
#include "launcher/base/world.hpp"
#include "providers/provider.hpp"
#include "providers/vault_secret.hpp"

namespace kvlaunch {

// Alone, a provider was asked for by name: nothing follows, so it takes its time and its errors are
// final. Chained, what is merely absent must end quickly and let the next one try.
enum class Usage { alone, chained };

struct ProviderSettings {
  CloudName cloud = CloudName::public_cloud;
  Owner owner;  // who may have written credential files (security rule 6)
  // Variables that helper programs do not get.
  std::set<std::string> own_credentials = kvlaunch::own_credentials({});
  VaultSecretReader* read_vault_secret = nullptr;  // for certificates that a key vault holds
};

// `world` outlives every provider.
struct ProviderContext {
  World& world;
  ProviderSettings settings;
  Usage usage = Usage::alone;
};

// A setting is missing. In a chain that is a reason to go on; for a provider chosen by name it is
// a mistake in the configuration.
Outcome not_configured(Usage usage, std::string reason, std::string hint = {});

// "A is not set", "A, B and C are not set".
std::string missing_names(const std::vector<std::string_view>& names);

}  // namespace kvlaunch
