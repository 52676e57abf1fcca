// The requests of a start, for one object.
#include "launcher/doctor/read.hpp"

#include "launcher/resolve/key_vault.hpp"

namespace kvlaunch::doctor {
namespace {

// One entry with its tags.
constexpr std::size_t max_page_bytes = std::size_t{512} * 1024;

Finding not_there(const VaultEndpoint& vault, const Sample& sample, const Error& why) {
  if (sample.required) return problem(Area::read, vault.label, why);
  return fine(Area::read, vault.label, why.message + ", which its uses allow");
}

bool is_about_permission(Code code) {
  return code == Code::vault_forbidden_policy || code == Code::vault_forbidden_rbac;
}

}  // namespace

Finding examine_secret(const VaultEndpoint& vault, const Sample& sample, TokenSource& identity,
                       World& world, const Deadline& deadline) {
  VaultGate gate{world.transport, world.clock, world.randomness};
  KeyVault key_vault{vault, identity, gate, world, deadline};
  const auto fetched = key_vault.get(sample.fetch);
  if (!fetched) return problem(Area::read, vault.label, fetched.error());
  if (fetched->state != FetchedSecret::State::present) {
    return not_there(vault, sample, fetched->problem);
  }
  Finding finding =
      fine(Area::read, vault.label,
           std::string{name_of(sample.fetch.kind)} + " '" + sample.fetch.name + "' can be read");
  if (!fetched->version.empty()) finding.details.push_back("version " + fetched->version);
  if (fetched->expires) finding.details.push_back("expires " + utc_text(*fetched->expires));
  return finding;
}

Finding examine_list(const VaultEndpoint& vault, bool needed, TokenSource& identity, World& world,
                     const Deadline& deadline) {
  VaultGate gate{world.transport, world.clock, world.randomness};
  VaultRequests requests{vault, identity, gate, world, deadline};
  const VaultSubject subject{.vault = vault,
                             .reference = "the list of secrets",
                             .object = "the list of secrets",
                             .name = "",
                             .version = "",
                             .where = {},
                             .permission = VaultSubject::Permission::list};
  const auto answer =
      requests.get(requests.url("/secrets", "&maxresults=1"), subject, max_page_bytes);
  if (answer) return fine(Area::read, vault.label, "the list of secrets can be read");
  Finding finding = problem(Area::read, vault.label, answer.error());
  if (needed || !is_about_permission(answer.error().code)) return finding;
  finding.verdict = Verdict::warning;
  finding.code.reset();
  finding.next_step = "name a secret that the identity should be able to read: --secret NAME";
  return finding;
}

}  // namespace kvlaunch::doctor
