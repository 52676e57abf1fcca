// check: is everything right? Offline unless told; without -p every profile is tried.
#include <algorithm>

#include "launcher/cli/commands.hpp"
#include "launcher/cli/explain_table.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/process/exec.hpp"

namespace kvlaunch {
namespace {

bool same(const Error& left, const Error& right) {
  const auto place = [](const Error& error) {
    return error.location ? error.location->file + ":" + std::to_string(error.location->line) +
                                ":" + std::to_string(error.location->column)
                          : std::string{};
  };
  return left.code == right.code && left.message == right.message && place(left) == place(right);
}

// What stands outside profiles would otherwise be reported once for each of them.
void add_new(Errors& all, const Errors& more) {
  for (const Error& error : more) {
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const Error& old) { return same(old, error); });
    if (!known) all.push_back(error);
  }
}

template <class T>
void add_failure(Errors& all, const Result<T>& result) {
  if (!result) add_new(all, result.errors());
}

Result<void> check_online(Session& session, const Plan& plan, const Settings& settings) {
  const auto transport = session.connect(settings);
  World world = session.world(*transport);
  const auto online = look_online(plan, session.owner, world, session.deadline(settings.timeout));
  if (!online) return online.errors();
  for (std::size_t i = 0; i < online->fetches.size(); ++i) {
    const OnlineAnswer& answer = online->fetches[i];
    if (answer.state != OnlineAnswer::State::cannot_tell) continue;
    session.report.warn(plan.fetches[i].reference + ": " + answer.text, "");
  }
  for (std::size_t i = 0; i < online->selections.size(); ++i) {
    const OnlineAnswer& answer = online->selections[i].answer;
    if (answer.state != OnlineAnswer::State::cannot_tell) continue;
    const BulkSelection& selection = plan.selections[i];
    session.report.warn("env-from of " + plan.vaults[selection.vault].label + ": " + answer.text,
                        "");
  }
  Errors errors = unforgiven(plan, *online);
  if (!errors.empty()) return errors;
  return {};
}

// Searched for even where the plan cannot be made, so that one check finds both; only a PATH that
// the manifest sets is not known then.
Result<void> check_target(const Session& session, const Loaded& loaded, const Result<Plan>& plan) {
  const auto& command = session.invocation.target;
  if (command.empty()) return {};
  const auto& entries = loaded.manifest.env;
  const bool sets_path = std::any_of(entries.begin(), entries.end(),
                                     [](const EnvEntry& entry) { return entry.name == "PATH"; });
  if (!plan && sets_path) return {};
  const Environment& base = loaded.base.environment;
  const auto target = find_target(command, path_of_target(plan ? *plan : Plan{}, base));
  if (!target) return target.errors();
  return {};
}

// What a start would end with before it asks for anything, and what no start has come to yet.
// `said` keeps a warning from coming once for each profile.
Result<void> check_identities(Session& session, const Manifest& manifest, const Plan& plan,
                              IdentityWarnings& said) {
  OfflineTransport offline;
  World world = session.world(offline);
  IdentityWarnings warnings;
  Errors errors;
  const auto table = identity_table(plan, session.owner, world, warnings);
  add_failure(errors, table);
  add_failure(errors, check_connection_strings(manifest, session.owner, world, warnings));
  for (const auto& warning : warnings) {
    const bool known = std::any_of(said.begin(), said.end(),
                                   [&](const auto& old) { return old.message == warning.message; });
    if (known) continue;
    session.report.warn(warning.message, warning.hint);
    said.push_back(warning);
  }
  if (!errors.empty()) return errors;
  for (const auto& row : table->rows) session.report.note("identity " + row[0] + ": " + row[1]);
  return {};
}

Errors problems_of(Session& session, const Loaded& loaded, IdentityWarnings& said) {
  Errors errors;
  const auto plan =
      make_plan(loaded.manifest, loaded.settings, session.environment, loaded.base.environment);
  add_failure(errors, plan);
  add_failure(errors, check_target(session, loaded, plan));
  if (!plan) return errors;
  add_failure(errors, check_identities(session, loaded.manifest, *plan, said));
  add_new(errors, problems_with_network(session, *plan, loaded.settings));
  if (errors.empty() && session.invocation.online && plan->needs_network()) {
    add_failure(errors, check_online(session, *plan, loaded.settings));
  }
  return errors;
}

// The names can be known even where what is in force by default is wrong.
std::vector<std::string> profiles_of(Session& session, const LoadRequest& request,
                                     const Result<Loaded>& by_default) {
  if (by_default) return by_default->manifest.profile_names;
  LoadRequest without_profile = request;
  without_profile.no_profile = true;
  const auto loaded = load(session, without_profile);
  return loaded ? loaded->manifest.profile_names : std::vector<std::string>{};
}

}  // namespace

int check_command(Session& session) {
  const auto request = find_manifests(session.invocation, ManifestNeed::optional, session.files);
  if (!request) return session.report.fail(request.errors());
  Errors errors;
  IdentityWarnings said;
  const auto check = [&](const Result<Loaded>& loaded, const std::string& profile = {}) {
    const std::size_t known = errors.size();
    add_failure(errors, loaded);
    if (loaded) add_new(errors, problems_of(session, *loaded, said));
    if (profile.empty()) return;
    for (std::size_t i = known; i < errors.size(); ++i) {
      errors[i].notes.push_back("with profile " + profile);
    }
  };
  const auto by_default = load(session, *request);
  check(by_default);
  std::vector<std::string> profiles;
  if (session.invocation.profiles.empty()) profiles = profiles_of(session, *request, by_default);
  for (const std::string& profile : profiles) {
    LoadRequest with_profile = *request;
    with_profile.profiles = {profile};
    check(load(session, with_profile), profile);
  }
  if (!errors.empty()) return session.report.fail(errors);
  session.report.note("the manifest is right, " + std::to_string(profiles.size()) +
                      " profiles tried");
  return 0;
}

}  // namespace kvlaunch
