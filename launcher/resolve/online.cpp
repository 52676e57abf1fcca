// Asking the lists.
#include "launcher/resolve/online.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "launcher/resolve/bulk.hpp"
#include "launcher/resolve/failures.hpp"
#include "launcher/resolve/key_vault.hpp"
#include "launcher/resolve/selection.hpp"
#include "launcher/resolve/uses.hpp"

namespace kvlaunch {
namespace {

using State = OnlineAnswer::State;

bool may_not_list(Code code) {
  return code == Code::vault_forbidden || code == Code::vault_forbidden_policy ||
         code == Code::vault_forbidden_rbac;
}

OnlineAnswer failure(const Errors& errors, const std::string& what) {
  const Code code = errors.front().code;
  if (may_not_list(code)) {
    return {State::cannot_tell, "cannot tell: this identity may not list " + what, {}};
  }
  return {State::failed, std::string{name_of(code)}, errors};
}

OnlineAnswer absent(KeyVault& vault, const Fetch& fetch) {
  Error error = vault.absence(fetch);
  const bool deleted = error.code == Code::secret_deleted;
  return {State::missing, deleted ? "deleted" : "missing", {std::move(error)}};
}

std::string dates_of(const VersionSummary& version, WallTime now) {
  std::string text = "version " + version.version;
  if (version.created) text += ", created " + utc_text(*version.created);
  if (version.not_before) text += ", valid from " + utc_text(*version.not_before);
  if (version.expires) {
    text += (*version.expires <= now ? ", expired " : ", expires ") + utc_text(*version.expires);
  }
  if (!version.enabled) text += ", disabled";
  return text;
}

OnlineAnswer judge(KeyVault& vault, const Fetch& fetch, const std::vector<VersionSummary>& versions,
                   WallTime now) {
  const auto used = fetch.version.empty()
                        ? versions.begin()
                        : std::find_if(versions.begin(), versions.end(), [&](const auto& known) {
                            return known.version == fetch.version;
                          });
  if (used == versions.end()) return absent(vault, fetch);
  const SecretAttributes attributes{.enabled = used->enabled,
                                    .created = used->created,
                                    .expires = used->expires,
                                    .not_before = used->not_before};
  if (auto problem = vault.problem_with(fetch, attributes)) {
    return {State::unusable, dates_of(*used, now), {std::move(*problem)}};
  }
  return {State::exists, dates_of(*used, now), {}};
}

class OnlineLook {
 public:
  OnlineLook(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
             const Deadline& deadline)
      : plan_(plan), world_(world) {
    for (const VaultEndpoint& vault : plan.vaults) {
      VaultGate& gate =
          gates_.try_emplace(vault.origin.origin(), world.transport, world.clock, world.randomness)
              .first->second;
      vaults_.push_back(
          std::make_unique<KeyVault>(vault, *identities.at(vault.identity), gate, world, deadline));
    }
  }

  OnlineReport run() {
    OnlineReport report;
    for (std::size_t i = 0; i < plan_.fetches.size(); ++i) {
      const Fetch fetch = as_its_strictest_use_wants(i);
      KeyVault& vault = *vaults_[fetch.vault];
      report.fetches.push_back(looked_at(vault, fetch));
    }
    for (std::size_t i = 0; i < plan_.selections.size(); ++i) {
      report.selections.push_back(plan_.selections[i].members_of ? members_of_one() : listed(i));
    }
    return report;
  }

 private:
  OnlineAnswer looked_at(KeyVault& vault, const Fetch& fetch) const {
    const auto versions = vault.versions(fetch);
    if (versions) return judge(vault, fetch, *versions, world_.clock.wall());
    if (versions.error().code == Code::secret_missing) return absent(vault, fetch);
    return failure(versions.errors(), "versions");
  }

  // An expired secret fails a start as soon as one use does not allow it.
  Fetch as_its_strictest_use_wants(std::size_t index) const {
    Fetch fetch = plan_.fetches[index];
    for (const Binding& binding : plan_.bindings) {
      const auto* use = std::get_if<FetchedValue>(&binding.source);
      if (use != nullptr && use->fetch == index && !use->allow_expired) fetch.allow_expired = false;
    }
    for (const BulkSelection& selection : plan_.selections) {
      if (selection.members_of == index) fetch.allow_expired = false;
    }
    return fetch;
  }

  static OnlineSelection members_of_one() {
    return {{State::cannot_tell, "cannot tell: the members stand in the value", {}}, {}, {}};
  }

  OnlineSelection listed(std::size_t selection) {
    const BulkSelection& bulk = plan_.selections[selection];
    KeyVault& vault = *vaults_[bulk.vault];
    const auto items =
        vault.list("env-from (" + selection_text(bulk.entry) + ")", bulk.entry.where);
    if (!items) return {failure(items.errors(), "secrets"), {}, {}};

    // Of this selection alone: a name that two selections claim is for a start to refuse.
    BulkClaims claims{plan_};
    claims.add_secrets(selection, *items, world_.clock.wall());
    OnlineSelection seen{{State::exists, "", claims.errors()}, {}, claims.left_out()};
    for (const BulkClaim& claim : claims.claims()) {
      seen.members.push_back({claim.secret_name, claim.variable});
      if (auto problem = problem_with_member(vault, claims.fetches()[*claim.fetch], *items)) {
        seen.answer.problems.push_back(std::move(*problem));
      }
    }
    seen.answer.text = std::to_string(seen.members.size()) + " secrets";
    if (!seen.answer.problems.empty()) seen.answer.state = State::unusable;
    return seen;
  }

  static std::optional<Error> problem_with_member(const KeyVault& vault, const Fetch& fetch,
                                                  const std::vector<SecretItem>& items) {
    const auto item = std::find_if(items.begin(), items.end(), [&](const SecretItem& listed) {
      return equal_ignoring_case(listed.name, fetch.name);
    });
    return item == items.end() ? std::nullopt : vault.problem_with(fetch, item->attributes);
  }

  const Plan& plan_;
  World& world_;
  std::map<std::string, VaultGate> gates_;  // by origin
  std::vector<std::unique_ptr<KeyVault>> vaults_;
};

}  // namespace

OnlineReport ask_online(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
                        const Deadline& deadline) {
  return OnlineLook{plan, identities, world, deadline}.run();
}

Errors unforgiven(const Plan& plan, const OnlineReport& report) {
  Errors errors;
  const auto add = [&](const Errors& more) {
    errors.insert(errors.end(), more.begin(), more.end());
  };
  for (std::size_t i = 0; i < report.fetches.size(); ++i) {
    const OnlineAnswer& answer = report.fetches[i];
    if (answer.state != State::missing) {
      add(answer.problems);
      continue;
    }
    const auto needed_at = place_of_need(plan, i);
    if (!needed_at) continue;
    add(answer.problems);
    errors.back().location = *needed_at;
  }
  for (const OnlineSelection& selection : report.selections) add(selection.answer.problems);
  return at_their_identities(merge_failures(std::move(errors)), plan);
}

}  // namespace kvlaunch
