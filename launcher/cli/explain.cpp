// explain: the plan as a table; with --online also what the vaults say of it. Never values.
#include <algorithm>

#include "launcher/cli/commands.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/online.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"

namespace kvlaunch {
namespace {

using Row = std::vector<std::string>;

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

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string online_table(const Plan& plan, const std::vector<OnlineAnswer>& answers) {
  std::vector<Row> rows{{"REFERENCE", "VAULT", "ONLINE"}};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Fetch& fetch = plan.fetches[i];
    rows.push_back({fetch.reference, plan.vaults[fetch.vault].label, answers[i].text});
  }
  return table(rows);
}

}  // namespace

std::string explain_text(const Plan& plan, const std::vector<std::string>& removed) {
  std::vector<Row> rows{{"VARIABLE", "FROM", "VAULT", "IDENTITY", "HOW", "SAID BY"}};
  for (const Binding& binding : plan.bindings) rows.push_back(row_of(plan, binding));
  for (const BulkSelection& selection : plan.selections) rows.push_back(row_of(plan, selection));
  for (const std::string& name : plan.preserved) {
    rows.push_back({name, "inherited", "", "", "preserved", "--preserve-env"});
  }
  for (const std::string& name : removed) {
    rows.push_back({name, "removed", "", "", "a credential of kvlaunch", "--scrub"});
  }
  return table(rows);
}

int explain_command(Session& session) {
  OfflineTransport offline;
  const World world = session.world(offline);
  auto request = find_manifests(session.invocation, ManifestNeed::optional, session.files);
  if (!request) return session.report.fail(request.errors());
  auto loaded = load(session.invocation, *request, world, session.owner,
                     session.deadline(Settings{}.timeout));
  if (!loaded) return session.report.fail(loaded.errors());
  auto plan =
      make_plan(loaded->manifest, loaded->settings, session.environment, loaded->base.environment);
  if (!plan) return session.report.fail(plan.errors());
  std::string text = explain_text(*plan, loaded->base.removed);
  Errors errors;
  if (session.invocation.online && !plan->fetches.empty()) {
    const auto transport = session.connect(loaded->settings);
    World online = session.world(*transport);
    const auto answers =
        ask_online(*plan, session.owner, online, session.deadline(loaded->settings.timeout));
    if (!answers) return session.report.fail(answers.errors());
    text += "\n" + online_table(*plan, *answers);
    errors = unforgiven(*plan, *answers);
  }
  const int written = write_to_standard_output(session.report, text);
  return errors.empty() ? written : session.report.fail(errors);
}

}  // namespace kvlaunch
