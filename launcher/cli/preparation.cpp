// Finding and loading manifests.
#include "launcher/cli/preparation.hpp"

namespace kvlaunch {
namespace {

constexpr const char* local_manifest = "kvlaunch.yaml";
constexpr const char* system_manifest = "/etc/kvlaunch/kvlaunch.yaml";

bool says_something_without_manifest(const Invocation& invocation) {
  return !invocation.env_assignments.empty() || !invocation.env_files.empty() ||
         invocation.options.resolve_env.has_value();
}

}  // namespace

Result<LoadRequest> find_manifests(const Invocation& invocation, ManifestNeed need, Files& files) {
  LoadRequest request{.files = invocation.manifests,
                      .profiles = invocation.profiles,
                      .allow_unsafe = invocation.allow_unsafe_manifest,
                      .env_files = invocation.env_files,
                      .env_assignments = invocation.env_assignments};
  std::erase(request.profiles, "none");
  request.no_profile = request.profiles.empty() && !invocation.profiles.empty();
  if (need == ManifestNeed::none) {
    request.files.clear();
    return request;
  }
  if (!request.files.empty()) return request;
  if (files.exists(local_manifest)) {
    request.files = {local_manifest};
    request.found_in_working_directory = true;
    return request;
  }
  if (files.exists(system_manifest)) {
    request.files = {system_manifest};
    return request;
  }
  if (need == ManifestNeed::optional && says_something_without_manifest(invocation)) return request;
  return Error{
      .code = Code::manifest_missing,
      .message = "no manifest",
      .hint = "pass -m FILE, set KVLAUNCH_MANIFEST, or give variables with -e NAME=VALUE",
      .notes = {std::string{"tried ./"} + local_manifest, std::string{"tried "} + system_manifest}};
}

std::vector<IdentitySpec> all_identities(const Manifest& manifest) {
  std::vector<IdentitySpec> specs;
  if (manifest.identity) specs.push_back(*manifest.identity);
  for (const auto& [unused, spec] : manifest.identities) specs.push_back(spec);
  for (const auto& [unused, vault] : manifest.vaults) {
    if (vault.inline_identity) specs.push_back(*vault.inline_identity);
  }
  return specs;
}

Result<Loaded> load(const Invocation& invocation, const LoadRequest& request, const World& world,
                    const Owner& owner, const Deadline& deadline) {
  const Environment visible = without_credentials(world.environment);
  auto manifest = load_manifest(request, world.files, owner, visible, deadline, world.log);
  if (!manifest) return std::move(manifest).errors();
  Settings settings = settings_from(lay_over(manifest->options, invocation.options));
  settings.vault = invocation.vault;
  settings.identity = invocation.identity;
  settings.connection_string = invocation.connection_string;
  auto base = scrub_environment(world.environment, settings, all_identities(*manifest));
  return Loaded{std::move(*manifest), std::move(settings), std::move(base)};
}

}  // namespace kvlaunch
