// Putting the examinations together.
#include "launcher/doctor/examination.hpp"

#include <algorithm>

#include "launcher/doctor/clock.hpp"
#include "launcher/doctor/identity.hpp"
#include "launcher/doctor/vault.hpp"
#include "launcher/resolve/secret_reader.hpp"

namespace kvlaunch::doctor {
namespace {

bool is_required(const Plan& plan, std::size_t fetch) {
  const bool bound =
      std::any_of(plan.bindings.begin(), plan.bindings.end(), [&](const Binding& binding) {
        const auto* use = std::get_if<FetchedValue>(&binding.source);
        return use != nullptr && use->fetch == fetch && !use->optional;
      });
  return bound ||
         std::any_of(plan.selections.begin(), plan.selections.end(), [&](const auto& selection) {
           return selection.members_of == fetch && !selection.entry.optional;
         });
}

// The asked-for fetch if it is of this vault; else the first one that a start needs, else any.
std::optional<Sample> sample_of(const Question& question, std::size_t vault) {
  const Plan& plan = question.plan;
  std::optional<Sample> sample;
  for (std::size_t i = 0; i < plan.fetches.size(); ++i) {
    const Fetch& fetch = plan.fetches[i];
    if (fetch.vault != vault || fetch.kind != ObjectKind::secret) continue;
    const Sample found{fetch, is_required(plan, i)};
    if (question.fetch == i) return Sample{fetch, true};
    if (!sample || (found.required && !sample->required)) sample = found;
  }
  return sample;
}

// A selection reads the list, unless it is of the members of one secret.
bool needs_list(const Plan& plan, std::size_t vault) {
  return std::any_of(plan.selections.begin(), plan.selections.end(), [&](const auto& selection) {
    return selection.vault == vault && !selection.members_of;
  });
}

std::string scope_for(const Plan& plan, std::size_t identity) {
  for (const VaultEndpoint& vault : plan.vaults) {
    if (vault.identity == identity && !vault.scope.empty()) return vault.scope;
  }
  return std::string{cloud_of(plan.cloud).vault_scope};
}

}  // namespace

Findings examine(const Question& question, network::PathProbe& probe, World& world,
                 const Deadline& deadline) {
  const Plan& plan = question.plan;
  ClockWatch watch{world.transport, world.clock};
  World watched{world.clock,    world.randomness,  watch,     world.files,
                world.commands, world.environment, world.log, world.terminal,
                world.loopback, world.negotiator};
  const ProviderSettings settings{.cloud = plan.cloud,
                                  .owner = question.owner,
                                  .own_credentials = plan.own_credentials,
                                  .read_vault_secret = read_vault_secret};
  Findings findings;
  const auto add = [&](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  const auto for_identities = deadline.sooner(world.clock, deadline.remaining(world.clock) / 2);
  std::vector<std::unique_ptr<TokenSource>> sources;
  for (std::size_t i = 0; i < plan.identities.size(); ++i) {
    const IdentitySpec& spec = plan.identities[i];
    add(examine_identity(spec, settings, scope_for(plan, i), watched, for_identities));
    auto source = make_token_source(spec, settings, watched);
    sources.push_back(source ? std::move(*source) : nullptr);
  }
  for (std::size_t i = 0; i < plan.vaults.size(); ++i) {
    const VaultEndpoint& vault = plan.vaults[i];
    add(examine_vault(VaultQuestion{.vault = vault,
                                    .identity = sources.at(vault.identity).get(),
                                    .sample = sample_of(question, i),
                                    .list_needed = needs_list(plan, i)},
                      probe, watched, deadline));
  }
  findings.push_back(judge_clock(watch.offset()));
  return findings;
}

}  // namespace kvlaunch::doctor
