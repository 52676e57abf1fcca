// Removing credentials from the inherited environment.
#include "launcher/plan/scrub.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "launcher/base/own_credentials.hpp"

namespace kvlaunch {
namespace {

// What the platform hands to every process of the workload, each with the endpoint it belongs to:
// one without the other would send the target's own SDK elsewhere. Removed together, by `all` only.
constexpr std::array<std::string_view, 12> platform_names{"IDENTITY_ENDPOINT",
                                                          "IDENTITY_HEADER",
                                                          "IDENTITY_SERVER_THUMBPRINT",
                                                          "IMDS_ENDPOINT",
                                                          "MSI_ENDPOINT",
                                                          "MSI_SECRET",
                                                          "AZURE_FEDERATED_TOKEN_FILE",
                                                          "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                                                          "ACTIONS_ID_TOKEN_REQUEST_URL",
                                                          "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                                                          "SYSTEM_OIDCREQUESTURI",
                                                          "SYSTEM_ACCESSTOKEN"};

// --clean-env keeps these and LC_*, LISTEN_*.
constexpr std::array<std::string_view, 7> clean_names{"PATH", "HOME", "USER",         "LANG",
                                                      "TZ",   "TERM", "NOTIFY_SOCKET"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool survives_cleaning(std::string_view name) {
  return is_among(clean_names, name) || name.starts_with("LC_") || name.starts_with("LISTEN_");
}

std::set<std::string> names_to_remove(const Settings& settings,
                                      const std::vector<IdentitySpec>& specs) {
  if (settings.scrub == Scrub::none) return {};
  std::set<std::string> names = own_credentials(specs);
  if (settings.scrub == Scrub::all) names.insert(platform_names.begin(), platform_names.end());
  for (const std::string& kept : settings.keep_env) names.erase(kept);
  return names;
}

}  // namespace

std::vector<IdentitySpec> all_identities(const Manifest& manifest) {
  std::vector<IdentitySpec> specs;
  if (manifest.identity) specs.push_back(*manifest.identity);
  for (const auto& [unused, spec] : manifest.identities) specs.push_back(spec);
  for (const auto& [unused, vault] : manifest.vaults) {
    if (vault.inline_identity) specs.push_back(*vault.inline_identity);
  }
  return specs;
}

ScrubbedEnvironment scrub_environment(const Environment& inherited, const Settings& settings,
                                      const std::vector<IdentitySpec>& specs) {
  ScrubbedEnvironment scrubbed{inherited, {}};
  for (const std::string& name : names_to_remove(settings, specs)) {
    if (!inherited.contains(name)) continue;
    scrubbed.environment.unset(name);
    scrubbed.removed.push_back(name);
  }
  if (settings.clean_env) {
    const auto& kept = settings.keep_env;
    scrubbed.environment.keep_only([&](std::string_view name) {
      return survives_cleaning(name) || std::find(kept.begin(), kept.end(), name) != kept.end();
    });
  }
  return scrubbed;
}

}  // namespace kvlaunch
