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

// What {{ env("NAME") }} sees: what is inherited, scrubbed as the target's environment is, but not
// cleaned.
Environment visible_to_settings(const Environment& inherited, Settings settings,
                                const std::vector<IdentitySpec>& identities) {
  settings.clean_env = false;
  return scrub_environment(inherited, settings, identities).environment;
}

// A second reading has nothing to say that the first has not said.
class SilentLog final : public Log {
 public:
  void warn(std::string_view /*message*/, std::string_view /*hint*/) override {}
  void note(std::string_view /*message*/) override {}
};

// Only the manifest tells which variables hold its credentials, and it is read with env() in it: so
// where env() should have seen another environment, it is read again with that one.
Loading load_as_scrubbed(Session& session, const LoadRequest& request) {
  const Invocation& invocation = session.invocation;
  const Deadline deadline = session.deadline(settings_of(invocation, Options{}).timeout);
  const auto read = [&](const Environment& visible, Log& log) {
    return load_with_problems(request, session.manifest_files, session.owner, visible, deadline,
                              log);
  };
  const Environment& inherited = session.environment;
  const Environment first = visible_to_settings(inherited, settings_of(invocation, Options{}), {});
  Loading loading = read(first, session.report);
  const Environment second =
      visible_to_settings(inherited, settings_of(invocation, loading.manifest.options),
                          all_identities(loading.manifest));
  if (second.entries() == first.entries()) return loading;
  SilentLog silent;
  return read(second, silent);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Where a variable is wrong, what is wrong with the others is said in the same run.
void add_problems_of_plan(Errors& problems, const Session& session, const Loaded& loaded) {
  const auto plan =
      make_plan(loaded.manifest, loaded.settings, session.environment, loaded.base.environment);
  if (plan) return;
  for (const Error& error : plan.errors()) {
    // The variable that could not be read may be the one that replaces an inherited reference.
    if (error.code != Code::variable_unresolved) problems.push_back(error);
  }
}

void note_layers(const Manifest& manifest, Log& log) {
  if (!manifest.files.empty()) log.note("read " + joined(manifest.files));
  if (!manifest.profiles.empty()) log.note("in force: profile " + joined(manifest.profiles));
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
  if (need == ManifestNeed::if_any) return request;
  if (need == ManifestNeed::optional && says_something_without_manifest(invocation)) return request;
  return Error{
      .code = Code::manifest_missing,
      .message = "no manifest",
      .hint = "pass -m FILE, set KVLAUNCH_MANIFEST, or give variables with -e NAME=VALUE",
      .notes = {std::string{"tried ./"} + local_manifest, std::string{"tried "} + system_manifest}};
}

Settings settings_of(const Invocation& invocation, const Options& of_manifest) {
  Settings settings = settings_from(lay_over(of_manifest, invocation.options));
  settings.vault = invocation.vault;
  settings.identity = invocation.identity;
  settings.connection_string = invocation.connection_string;
  settings.connection_string_in_variable = invocation.connection_string_in_variable;
  return settings;
}

Result<Loaded> load(Session& session, const LoadRequest& request) {
  Loading read = load_as_scrubbed(session, request);
  if (!read.problems.empty() && !read.only_variables) return std::move(read.problems);
  Settings settings = settings_of(session.invocation, read.manifest.options);
  session.report.set(settings.log_format);
  auto base = scrub_environment(session.environment, settings, all_identities(read.manifest));
  Loaded loaded{std::move(read.manifest), std::move(settings), std::move(base)};
  if (!read.problems.empty()) {
    add_problems_of_plan(read.problems, session, loaded);
    return std::move(read.problems);
  }
  note_layers(loaded.manifest, session.report);
  return loaded;
}

std::optional<std::string> path_of_target(const Plan& plan, const Environment& base) {
  for (const Binding& binding : plan.bindings) {
    if (binding.variable != "PATH") continue;
    const auto* literal = std::get_if<LiteralValue>(&binding.source);
    return literal == nullptr ? std::nullopt : std::optional{literal->text};
  }
  const auto inherited = base.get("PATH");
  return inherited ? std::optional{std::string{*inherited}} : std::nullopt;
}

}  // namespace kvlaunch
