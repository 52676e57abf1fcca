// A row for each variable and selection.
#include "launcher/cli/explain_table.hpp"

#include "providers/catalogue.hpp"

namespace kvlaunch {
namespace {

using Row = Table::Row;

std::string how_delivered(const FetchedValue& value) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (!value.pointer.empty()) add("member " + value.pointer);
  if (value.decode == Decode::base64) add("base64");
  if (value.decode == Decode::base64url) add("base64url");
  if (value.decode == Decode::hex) add("hex");
  if (value.trim) add("trim");
  if (value.default_value) {
    add("default");
  } else if (value.optional) {
    add("optional");
  }
  if (value.allow_expired) add("allow-expired");
  return text;
}

Row row_of(const Plan& plan, const Binding& binding) {
  if (std::holds_alternative<LiteralValue>(binding.source)) {
    return {binding.variable, "literal", "", "", "", binding.origin};
  }
  const auto* value = std::get_if<FetchedValue>(&binding.source);
  if (value == nullptr) return {binding.variable, "unset", "", "", "", binding.origin};
  const Fetch& fetch = plan.fetches[value->fetch];
  const VaultEndpoint& vault = plan.vaults[fetch.vault];
  return {binding.variable,      fetch.reference,
          vault.label,           plan.identities[vault.identity].label,
          how_delivered(*value), binding.origin};
}

Row row_of(const Plan& plan, const BulkSelection& selection) {
  const EnvFromEntry& entry = selection.entry;
  std::string what = "every secret";
  if (!entry.prefix.empty()) what = "secrets named " + entry.prefix + "*";
  if (!entry.tags.empty()) what += " with " + std::to_string(entry.tags.size()) + " tags";
  if (selection.members_of) what = "members of " + plan.fetches[*selection.members_of].reference;
  const VaultEndpoint& vault = plan.vaults[selection.vault];
  return {"(env-from)",
          what,
          vault.label,
          plan.identities[vault.identity].label,
          entry.optional ? "optional" : "",
          entry.where.file + ":" + std::to_string(entry.where.line)};
}

}  // namespace

Table explain_table(const Plan& plan, const std::vector<std::string>& removed) {
  Table table{{"VARIABLE", "FROM", "VAULT", "IDENTITY", "HOW", "SAID BY"}, {}};
  for (const Binding& binding : plan.bindings) table.rows.push_back(row_of(plan, binding));
  for (const BulkSelection& selection : plan.selections) {
    table.rows.push_back(row_of(plan, selection));
  }
  for (const std::string& name : plan.preserved) {
    table.rows.push_back({name, "inherited", "", "", "preserved", "--preserve-env"});
  }
  for (const std::string& name : removed) {
    table.rows.push_back({name, "removed", "", "", "a credential of kvlaunch", "--scrub"});
  }
  return table;
}

Result<Table> identity_table(const Plan& plan, const Environment& environment) {
  Table table{{"IDENTITY", "TRIED IN ORDER"}, {}};
  Errors errors;
  for (const IdentitySpec& spec : plan.identities) {
    const auto providers = planned_providers(spec, environment);
    if (!providers) {
      errors.insert(errors.end(), providers.errors().begin(), providers.errors().end());
      continue;
    }
    std::string order;
    for (const std::string& name : *providers) order += (order.empty() ? "" : ", ") + name;
    table.rows.push_back({spec.label, std::move(order)});
  }
  if (!errors.empty()) return errors;
  return table;
}

}  // namespace kvlaunch
