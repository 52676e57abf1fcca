// The steps of a resolution: connect, fetch and list, choose, fetch what was chosen, report.
#include "launcher/resolve/resolver.hpp"

#include <algorithm>
#include <map>

#include "launcher/resolve/bulk.hpp"
#include "launcher/resolve/failures.hpp"
#include "launcher/resolve/key_vault.hpp"
#include "launcher/resolve/lanes.hpp"

namespace kvlaunch {
namespace {

// How many connections a selection is likely to keep busy once its list is there; not known before.
constexpr std::size_t expected_members = 8;

using Outcome = std::optional<Result<FetchedSecret>>;

class Resolution {
 public:
  Resolution(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
             const Deadline& deadline, const ResolveLimits& limits)
      : plan_(plan), world_(world), deadline_(deadline), limits_(limits), bulk_(plan) {
    for (const VaultEndpoint& vault : plan.vaults) {
      VaultGate& gate =
          gates_.try_emplace(vault.origin.origin(), world.transport, world.clock, world.randomness)
              .first->second;
      vaults_.push_back(
          std::make_unique<KeyVault>(vault, *identities.at(vault.identity), gate, world, deadline));
    }
  }

  Resolved run() {
    open_connections();
    auto done = fetch_and_list();
    if (done) {
      choose_members();
      done = fetch_members();
    }
    if (!done) return Resolved{.failures = std::move(done).errors()};
    Errors errors = collect_errors();
    Resolved resolved = hand_over();
    resolved.failures = at_their_identities(merge_failures(std::move(errors)), plan_);
    return resolved;
  }

 private:
  // Before anything asks for a token: connections need none, and take as long as a token does.
  void open_connections() {
    std::map<std::string, std::pair<const Url*, std::size_t>> wanted;
    const auto add = [&](std::size_t vault, std::size_t count) {
      const Url& origin = plan_.vaults[vault].origin;
      auto& entry = wanted.try_emplace(origin.origin(), &origin, 0).first->second;
      entry.second += count;
    };
    for (const Fetch& fetch : plan_.fetches) add(fetch.vault, 1);
    for (const BulkSelection& selection : plan_.selections) {
      if (!selection.members_of) add(selection.vault, expected_members);
    }
    if (wanted.empty()) return;
    std::size_t left = limits_.all_connections;
    const std::size_t share = std::max<std::size_t>(left / wanted.size(), 1);
    for (const auto& [unused, entry] : wanted) {
      const std::size_t count = std::min({entry.second, limits_.connections, share, left});
      if (count == 0) return;
      world_.transport.preconnect(*entry.first, count, deadline_);
      left -= count;
    }
  }

  Result<void> fetch_and_list() {
    outcomes_.resize(plan_.fetches.size());
    lists_.resize(plan_.selections.size());
    Jobs jobs;
    // Lists first: fetches wait for theirs.
    for (std::size_t i = 0; i < plan_.selections.size(); ++i) {
      const BulkSelection& selection = plan_.selections[i];
      if (selection.members_of) continue;
      add_job(jobs, selection.vault, [this, i] {
        const BulkSelection& bulk = plan_.selections[i];
        lists_[i] = vaults_[bulk.vault]->list("env-from (" + selection_text(bulk.entry) + ")",
                                              bulk.entry.where);
      });
    }
    add_fetches(jobs, plan_.fetches, outcomes_);
    return run_jobs(jobs);
  }

  void choose_members() {
    const WallTime now = world_.clock.wall();
    for (std::size_t i = 0; i < plan_.selections.size(); ++i) {
      const auto& source = plan_.selections[i].members_of;
      if (source && is_present(outcomes_[*source])) {
        bulk_.add_members(i, outcomes_[*source]->value());
      } else if (lists_[i] && lists_[i]->ok()) {
        bulk_.add_secrets(i, lists_[i]->value(), now);
      }
    }
  }

  Result<void> fetch_members() {
    bulk_outcomes_.resize(bulk_.fetches().size());
    std::vector<Fetch> missing;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < bulk_.fetches().size(); ++i) {
      // Fetched once per run: a reference may have brought the same secret already.
      const Outcome* known = find_fetched(bulk_.fetches()[i]);
      if (known != nullptr) {
        bulk_outcomes_[i] = copy_for(bulk_.fetches()[i], **known);
      } else {
        missing.push_back(bulk_.fetches()[i]);
        places.push_back(i);
      }
    }
    std::vector<Outcome> fetched(missing.size());
    Jobs jobs;
    add_fetches(jobs, missing, fetched);
    auto done = run_jobs(jobs);
    for (std::size_t i = 0; i < places.size(); ++i) {
      bulk_outcomes_[places[i]] = std::move(fetched[i]);
    }
    return done;
  }

  Errors collect_errors() const {
    Errors errors;
    const auto add = [&](const Errors& more) {
      errors.insert(errors.end(), more.begin(), more.end());
    };
    for (const Outcome& outcome : outcomes_) {
      if (!outcome->ok()) add(outcome->errors());
    }
    for (const auto& list : lists_) {
      if (list && !list->ok()) add(list->errors());
    }
    add(bulk_.errors());
    for (const Outcome& outcome : bulk_outcomes_) {
      if (!outcome->ok()) add(outcome->errors());
    }
    add(expired_uses());
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      // Missing is for the bindings to judge, unless a selection needs it.
      if (is_absent(outcomes_[i]) && is_needed_by_selection(i)) {
        errors.push_back(outcomes_[i]->value().problem);
      }
    }
    return errors;
  }

  // One use may allow an expired secret that another must not get.
  Errors expired_uses() const {
    Errors errors;
    const auto judge = [&](std::size_t fetch, const Location& where) {
      if (!is_expired(outcomes_[fetch])) return;
      errors.push_back(outcomes_[fetch]->value().problem);
      if (!where.file.empty()) errors.back().location = where;
    };
    for (const Binding& binding : plan_.bindings) {
      const auto* use = std::get_if<FetchedValue>(&binding.source);
      if (use != nullptr && !use->allow_expired) judge(use->fetch, binding.where);
    }
    for (const BulkSelection& selection : plan_.selections) {
      if (selection.members_of) judge(*selection.members_of, selection.entry.where);
    }
    return errors;
  }

  Resolved hand_over() {
    Resolved resolved;
    resolved.left_out = bulk_.left_out();
    for (BulkClaim& claim : bulk_.claims()) {
      BulkVariable variable{.name = claim.variable,
                            .value = std::move(claim.value),
                            .selection = claim.selection,
                            .secret_name = claim.secret_name,
                            .version = claim.version};
      if (claim.fetch) {
        if (!bulk_outcomes_[*claim.fetch]->ok()) continue;  // among the failures
        FetchedSecret& fetched = bulk_outcomes_[*claim.fetch]->value();
        if (fetched.state != FetchedSecret::State::present) {
          resolved.left_out.push_back(claim.secret_name + ": deleted since it was listed");
          continue;
        }
        // A clone, because another selection may give the same secret another name.
        variable.value = fetched.value.clone();
        variable.version = fetched.version;
      }
      resolved.bulk.push_back(std::move(variable));
    }
    for (Outcome& outcome : outcomes_) {
      if (outcome->ok()) {
        resolved.fetches.push_back(std::move(*outcome).value());
      } else {
        resolved.fetches.push_back(FetchedSecret{.state = FetchedSecret::State::failed});
      }
    }
    return resolved;
  }

  using Jobs = std::map<std::string, Lane>;  // by origin: the limit counts connections to one host

  void add_job(Jobs& jobs, std::size_t vault, std::function<void()> job) {
    Lane& lane = jobs[plan_.vaults[vault].origin.origin()];
    lane.workers = limits_.connections;
    lane.jobs.push_back(std::move(job));
  }

  void add_fetches(Jobs& jobs, const std::vector<Fetch>& fetches, std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < fetches.size(); ++i) {
      add_job(jobs, fetches[i].vault, [this, &fetch = fetches[i], &outcome = outcomes[i]] {
        outcome = vaults_[fetch.vault]->get(fetch);
      });
    }
  }

  Result<void> run_jobs(Jobs& jobs) const {
    std::vector<Lane> lanes;
    for (auto& [unused, lane] : jobs) lanes.push_back(std::move(lane));
    return run_lanes(lanes, limits_.all_connections);
  }

  static bool is_in(FetchedSecret::State state, const Outcome& outcome) {
    return outcome && outcome->ok() && outcome->value().state == state;
  }
  static bool is_present(const Outcome& outcome) {
    return is_in(FetchedSecret::State::present, outcome);
  }
  static bool is_expired(const Outcome& outcome) {
    return is_in(FetchedSecret::State::expired, outcome);
  }
  static bool is_absent(const Outcome& outcome) {
    return outcome && outcome->ok() && !is_present(outcome) && !is_expired(outcome);
  }

  const Outcome* find_fetched(const Fetch& wanted) const {
    for (std::size_t i = 0; i < plan_.fetches.size(); ++i) {
      const Fetch& fetch = plan_.fetches[i];
      if (fetch.vault == wanted.vault && fetch.kind == wanted.kind && fetch.version.empty() &&
          equal_ignoring_case(fetch.name, wanted.name)) {
        return &outcomes_[i];
      }
    }
    return nullptr;
  }

  // A selection allows no expired secret, whoever else does.
  static Outcome copy_for(const Fetch& wanted, const Result<FetchedSecret>& known) {
    if (!known.ok()) return Outcome{known.errors()};
    if (known->state == FetchedSecret::State::expired) {
      Error error = known->problem;
      error.reference = wanted.reference;
      error.location = wanted.where;
      return Outcome{std::move(error)};
    }
    FetchedSecret copy;
    copy.state = known->state;
    copy.value = known->value.clone();
    copy.version = known->version;
    return Outcome{std::move(copy)};
  }

  bool is_needed_by_selection(std::size_t fetch) const {
    const auto& all = plan_.selections;
    return std::any_of(all.begin(), all.end(), [&](const BulkSelection& selection) {
      return selection.members_of == fetch && !selection.entry.optional;
    });
  }

  const Plan& plan_;
  World& world_;
  Deadline deadline_;
  ResolveLimits limits_;
  std::map<std::string, VaultGate> gates_;  // by origin
  std::vector<std::unique_ptr<KeyVault>> vaults_;
  std::vector<Outcome> outcomes_;
  std::vector<std::optional<Result<std::vector<SecretItem>>>> lists_;
  BulkClaims bulk_;
  std::vector<Outcome> bulk_outcomes_;
};

}  // namespace

Resolved resolve(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
                 const Deadline& deadline, const ResolveLimits& limits) {
  return Resolution{plan, identities, world, deadline, limits}.run();
}

}  // namespace kvlaunch
