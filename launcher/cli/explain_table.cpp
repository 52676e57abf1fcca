// A row for each variable and selection.
#include "launcher/cli/explain_table.hpp"

#include "launcher/cli/preparation.hpp"
#include "providers/catalogue.hpp"
#include "providers/connection_string_source.hpp"

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

Result<std::vector<std::string>> selected_by_string(const IdentitySpec& spec,
                                                    const ProviderContext& context,
                                                    IdentityWarnings& warnings) {
  const auto form = selected_form(spec, context, warnings);
  if (form) return std::vector<std::string>{describe(*form)};
  if (form.error().code == Code::connection_string) return form.errors();
  return std::vector<std::string>{"a connection string that cannot be read here"};
}

}  // namespace

Origins origins_of(const Options& command_line, const Options& manifest) {
  const auto origin = [](bool by_option, bool by_manifest, const std::string& name) {
    return by_option ? "--" + name : by_manifest ? "options: " + name : "by default";
  };
  return {origin(command_line.scrub.has_value(), manifest.scrub.has_value(), "scrub"),
          origin(command_line.preserve_env.has_value(), manifest.preserve_env.has_value(),
                 "preserve-env"),
          origin(command_line.allow_unresolved.has_value(), manifest.allow_unresolved.has_value(),
                 "allow-unresolved")};
}

Table explain_table(const Plan& plan, const std::vector<std::string>& removed,
                    const Origins& origins) {
  Table table{{"VARIABLE", "FROM", "VAULT", "IDENTITY", "HOW", "SAID BY"}, {}};
  for (const Binding& binding : plan.bindings) table.rows.push_back(row_of(plan, binding));
  for (const BulkSelection& selection : plan.selections) {
    table.rows.push_back(row_of(plan, selection));
  }
  for (const std::string& name : plan.preserved) {
    table.rows.push_back({name, "inherited", "", "", "preserved", origins.preserve_env});
  }
  for (const std::string& name : plan.unresolved) {
    table.rows.push_back(
        {name, "inherited", "", "", "a reference, as it is", origins.allow_unresolved});
  }
  for (const std::string& name : removed) {
    table.rows.push_back({name, "removed", "", "", "a credential of kvlaunch", origins.scrub});
  }
  return table;
}

Result<Table> identity_table(const Plan& plan, const Owner& owner, World& world,
                             IdentityWarnings& warnings) {
  Table table{{"IDENTITY", "TRIED IN ORDER"}, {}};
  const ProviderContext context{world, ProviderSettings{.cloud = plan.cloud, .owner = owner}};
  Errors errors;
  for (const IdentitySpec& spec : plan.identities) {
    const auto providers = spec.type == IdentitySpec::Type::connection_string
                               ? selected_by_string(spec, context, warnings)
                               : planned_providers(spec, world.environment);
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

Result<void> check_connection_strings(const Manifest& manifest, const Owner& owner, World& world,
                                      IdentityWarnings& warnings) {
  const ProviderContext context{world, ProviderSettings{.owner = owner}};
  Errors errors;
  for (const IdentitySpec& spec : all_identities(manifest)) {
    if (spec.type != IdentitySpec::Type::connection_string) continue;
    const auto selected = selected_by_string(spec, context, warnings);
    if (selected) continue;
    errors.insert(errors.end(), selected.errors().begin(), selected.errors().end());
  }
  if (!errors.empty()) return errors;
  return {};
}

}  // namespace kvlaunch
