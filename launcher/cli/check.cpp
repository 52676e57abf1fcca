// check: is everything right? Offline unless told; without -p every profile is tried.
#include <algorithm>

#include "launcher/cli/commands.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/online.hpp"
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

Result<void> check_online(Session& session, const Plan& plan, const Settings& settings) {
  const auto transport = session.connect(settings);
  World world = session.world(*transport);
  const auto answers = ask_online(plan, session.owner, world, session.deadline(settings.timeout));
  if (!answers) return answers.errors();
  for (std::size_t i = 0; i < answers->size(); ++i) {
    if ((*answers)[i].state != OnlineAnswer::State::cannot_tell) continue;
    session.report.warn(plan.fetches[i].reference + ": " + (*answers)[i].text, "");
  }
  return unforgiven(plan, *answers);
}

Result<Loaded> check_once(Session& session, const LoadRequest& request) {
  OfflineTransport offline;
  auto loaded = load(session.invocation, request, session.world(offline), session.owner,
                     session.deadline(Settings{}.timeout));
  if (!loaded) return loaded;
  auto plan =
      make_plan(loaded->manifest, loaded->settings, session.environment, loaded->base.environment);
  if (!plan) return std::move(plan).errors();
  if (!session.invocation.target.empty()) {
    auto target = find_target(session.invocation.target, loaded->base.environment.get("PATH"));
    if (!target) return std::move(target).errors();
  }
  if (session.invocation.online && !plan->fetches.empty()) {
    if (auto online = check_online(session, *plan, loaded->settings); !online) {
      return std::move(online).errors();
    }
  }
  return loaded;
}

}  // namespace

int check_command(Session& session) {
  auto request = find_manifests(session.invocation, ManifestNeed::optional, session.files);
  if (!request) return session.report.fail(request.errors());
  Errors errors;
  const auto first = check_once(session, *request);
  if (!first) add_new(errors, first.errors());
  std::size_t profiles = 0;
  if (first && session.invocation.profiles.empty()) {
    for (const std::string& profile : first->manifest.profile_names) {
      LoadRequest with_profile = *request;
      with_profile.profiles = {profile};
      const auto checked = check_once(session, with_profile);
      if (!checked) add_new(errors, checked.errors());
      ++profiles;
    }
  }
  if (!errors.empty()) return session.report.fail(errors);
  session.report.note("the manifest is right, " + std::to_string(profiles) + " profiles tried");
  return 0;
}

}  // namespace kvlaunch
