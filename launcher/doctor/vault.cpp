// The steps of one vault.
#include "launcher/doctor/vault.hpp"

#include "launcher/doctor/challenge.hpp"
#include "launcher/doctor/token.hpp"

namespace kvlaunch::doctor {
namespace {

Finding without_time(const VaultEndpoint& vault, Area area) {
  return problem(area, vault.label,
                 Error{.code = Code::deadline,
                       .message = "no time was left to look at it",
                       .hint = "raise --timeout, or mend what was slow before"});
}

}  // namespace

Findings examine_vault(const VaultQuestion& question, network::PathProbe& probe, World& world,
                       const Deadline& deadline) {
  const VaultEndpoint& vault = question.vault;
  if (deadline.passed(world.clock)) return {without_time(vault, Area::route)};
  PathSeen path = examine_path(vault, probe, world.clock, deadline);
  Findings findings = std::move(path.findings);
  if (!path.open) return findings;

  const auto add = [&](auto&& step) {
    findings.push_back(timed(world.clock, step));
    return findings.back().verdict != Verdict::problem;
  };
  const auto tenant = question.identity == nullptr ? "" : question.identity->configured_tenant();
  ChallengeSeen challenge;
  add([&] {
    challenge = examine_challenge(vault, tenant, world, deadline);
    return challenge.finding;
  });
  if (!challenge.answered) return findings;
  if (question.identity == nullptr) {
    findings.push_back(skipped(Area::token, vault.label, "there is no identity to ask"));
    return findings;
  }
  TokenSource& identity = *question.identity;
  if (!add([&] { return examine_token(vault, challenge.demand, identity, world, deadline); })) {
    return findings;
  }
  add([&] {
    return question.sample ? examine_secret(vault, *question.sample, identity, world, deadline)
                           : examine_list(vault, question.list_needed, identity, world, deadline);
  });
  return findings;
}

}  // namespace kvlaunch::doctor
