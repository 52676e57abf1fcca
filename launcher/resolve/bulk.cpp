// Collecting the claims of selections.
#include "launcher/resolve/bulk.hpp"

#include "launcher/base/url.hpp"

namespace kvlaunch {

BulkClaims::BulkClaims(const Plan& plan) : plan_(plan) {
  for (const Binding& binding : plan.bindings) taken_.insert(binding.variable);
  for (const std::string& name : plan.preserved) taken_.insert(name);
}

void BulkClaims::add_secrets(std::size_t selection, const std::vector<SecretItem>& items,
                             WallTime now) {
  const BulkSelection& bulk = plan_.selections[selection];
  const SelectedNames selected = select_secrets(items, bulk.entry, now);
  left_out_.insert(left_out_.end(), selected.left_out.begin(), selected.left_out.end());
  if (selected.names.empty()) report_empty(selection, selected.left_out);
  for (const std::string& name : selected.names) {
    BulkClaim wanted{.selection = selection,
                     .variable = variable_name_for(name, bulk.entry),
                     .secret_name = name};
    if (!claim(std::move(wanted), name)) continue;
    claims_.back().fetch = fetch_of(bulk.vault, name, bulk.entry.where);
  }
}

void BulkClaims::add_members(std::size_t selection, const FetchedSecret& secret) {
  const BulkSelection& bulk = plan_.selections[selection];
  const std::string& secret_name = plan_.fetches[*bulk.members_of].name;
  auto members = read_members(secret.value.reveal(), bulk.entry,
                              "secret '" + secret_name + "' in " + plan_.vaults[bulk.vault].label);
  if (!members) {
    errors_.insert(errors_.end(), members.errors().begin(), members.errors().end());
    return;
  }
  if (members->empty()) report_empty(selection, {});
  for (SecretMember& member : *members) {
    if (is_excluded(member.name, bulk.entry)) continue;
    BulkClaim wanted{.selection = selection,
                     .variable = variable_name_for(member.name, bulk.entry),
                     .secret_name = secret_name,
                     .value = std::move(member.value),
                     .version = secret.version};
    claim(std::move(wanted), member.name);
  }
}

bool BulkClaims::claim(BulkClaim wanted, const std::string& made_from) {
  // An `env` entry beats a selection, and so does an inherited value that was to be preserved.
  if (taken_.contains(wanted.variable)) return false;
  const EnvFromEntry& entry = plan_.selections[wanted.selection].entry;
  if (auto problem = problem_with_variable(wanted.variable, made_from, entry)) {
    errors_.push_back(std::move(*problem));
    return false;
  }
  const auto [rival, is_first] = claimants_.try_emplace(wanted.variable, wanted.selection);
  if (!is_first) {
    const bool same_entry = rival->second == wanted.selection;
    errors_.push_back(
        Error{.code = Code::variable_conflict,
              .message = "the variable " + wanted.variable + " comes " +
                         (same_entry ? "twice from this entry" : "from two entries of env-from"),
              .hint = "name it under `exclude:`, set `add-prefix:`, or decide by an "
                      "`env` entry",
              .location = entry.where});
    return false;
  }
  // Last, so that what is wrong with a name does not depend on what is inherited.
  if (!entry.override_inherited && plan_.inherited.contains(wanted.variable)) return false;
  claims_.push_back(std::move(wanted));
  return true;
}

std::size_t BulkClaims::fetch_of(std::size_t vault, const std::string& name,
                                 const Location& where) {
  const auto [known, is_new] =
      fetch_places_.try_emplace(std::pair{vault, to_lower(name)}, fetches_.size());
  if (!is_new) return known->second;
  fetches_.push_back({.vault = vault,
                      .name = name,
                      .reference = "kv://" + plan_.vaults[vault].origin.authority() + "/" + name,
                      .where = where});
  return fetches_.size() - 1;
}

void BulkClaims::report_empty(std::size_t selection, const std::vector<std::string>& left_out) {
  const BulkSelection& bulk = plan_.selections[selection];
  if (bulk.entry.optional) return;
  Error error{.code = Code::env_from_empty,
              .message = "env-from selects nothing of " + plan_.vaults[bulk.vault].label + " (" +
                         selection_text(bulk.entry) + ")",
              .hint = "check the selection, or set `optional: true`",
              .location = bulk.entry.where,
              .notes = left_out};
  error.vault = plan_.vaults[bulk.vault].label;
  errors_.push_back(std::move(error));
}

}  // namespace kvlaunch
