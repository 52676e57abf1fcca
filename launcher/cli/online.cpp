// Asking the versions lists.
#include "launcher/cli/online.hpp"

#include <algorithm>
#include <ctime>

#include "launcher/cli/network_session.hpp"

namespace kvlaunch {
namespace {

using State = OnlineAnswer::State;

std::string day_of(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 24> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

bool may_not_list(Code code) {
  return code == Code::vault_forbidden || code == Code::vault_forbidden_policy ||
         code == Code::vault_forbidden_rbac;
}

Error problem_with(const Fetch& fetch, Code code, std::string message, std::string hint) {
  return Error{.code = code,
               .message = fetch.reference + " " + std::move(message),
               .hint = std::move(hint),
               .location = fetch.where,
               .notes = {},
               .reference = fetch.reference};
}

OnlineAnswer judge(const Fetch& fetch, const std::vector<VersionSummary>& versions, WallTime now) {
  const auto used = fetch.version.empty()
                        ? versions.begin()
                        : std::find_if(versions.begin(), versions.end(), [&](const auto& known) {
                            return known.version == fetch.version;
                          });
  if (used == versions.end()) {
    auto problem = problem_with(fetch, Code::secret_missing, "does not exist",
                                "check the name, or use optional: true or default:");
    return {State::missing, "missing", std::move(problem)};
  }
  std::string text = "version " + used->version;
  if (used->created) text += ", created " + day_of(*used->created);
  if (used->expires) text += ", expires " + day_of(*used->expires);
  if (!used->enabled) {
    auto problem = problem_with(fetch, Code::secret_disabled, "is disabled", "enable that version");
    return {State::unusable, text + ", disabled", std::move(problem)};
  }
  if (used->expires && *used->expires <= now && !fetch.allow_expired) {
    auto problem = problem_with(fetch, Code::secret_expired, "is expired",
                                "set a new version, or allow-expired: true");
    return {State::unusable, text, std::move(problem)};
  }
  if (used->not_before && *used->not_before > now) {
    auto problem = problem_with(fetch, Code::secret_not_yet_valid, "is not valid yet",
                                "wait, or correct its not-before date");
    return {State::unusable, text + ", valid from " + day_of(*used->not_before),
            std::move(problem)};
  }
  return {State::exists, text, {}};
}

OnlineAnswer failure(const Fetch& fetch, const Errors& errors) {
  Error problem = errors.front();
  if (may_not_list(problem.code)) {
    return {State::cannot_tell, "cannot tell: this identity may not list versions", {}};
  }
  if (!problem.location) problem.location = fetch.where;
  if (problem.code == Code::secret_missing || problem.code == Code::secret_deleted) {
    return {State::missing, std::string{name_of(problem.code)}, std::move(problem)};
  }
  return {State::failed, std::string{name_of(problem.code)}, std::move(problem)};
}

bool some_use_needs(const Plan& plan, std::size_t fetch) {
  return std::any_of(plan.bindings.begin(), plan.bindings.end(), [&](const Binding& binding) {
    const auto* value = std::get_if<FetchedValue>(&binding.source);
    return value != nullptr && value->fetch == fetch && !value->optional;
  });
}

}  // namespace

Result<std::vector<OnlineAnswer>> ask_online(const Plan& plan, const Owner& owner, World& world,
                                             const Deadline& deadline) {
  const auto sources = make_token_sources(plan, owner, world);
  if (!sources) return sources.errors();
  std::vector<OnlineAnswer> answers;
  for (const Fetch& fetch : plan.fetches) {
    TokenSource& identity = *(*sources)[plan.vaults[fetch.vault].identity];
    const auto versions = list_versions(plan, fetch, identity, world, deadline);
    answers.push_back(versions ? judge(fetch, *versions, world.clock.wall())
                               : failure(fetch, versions.errors()));
  }
  return answers;
}

Errors unforgiven(const Plan& plan, const std::vector<OnlineAnswer>& answers) {
  Errors errors;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const State state = answers[i].state;
    if (state == State::exists || state == State::cannot_tell) continue;
    if (state == State::missing && !some_use_needs(plan, i)) continue;
    errors.push_back(answers[i].problem);
  }
  return errors;
}

}  // namespace kvlaunch
