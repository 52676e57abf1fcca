// explain: the plan as a table; with --online also what the vaults say of it. Never values.
#include "launcher/cli/commands.hpp"
#include "launcher/cli/explain_table.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"

namespace kvlaunch {
namespace {

Table online_table(const Plan& plan, const OnlineReport& online) {
  Table table{{"REFERENCE", "VAULT", "ONLINE"}, {}};
  for (std::size_t i = 0; i < plan.fetches.size(); ++i) {
    const Fetch& fetch = plan.fetches[i];
    table.rows.push_back({fetch.reference, plan.vaults[fetch.vault].label, online.fetches[i].text});
  }
  return table;
}

// What each env-from would set today, and what it passes over and why.
Table selection_table(const Plan& plan, const OnlineReport& online) {
  Table table{{"SECRET", "VAULT", "ENV-FROM"}, {}};
  for (std::size_t i = 0; i < plan.selections.size(); ++i) {
    const std::string& vault = plan.vaults[plan.selections[i].vault].label;
    const OnlineSelection& selection = online.selections[i];
    if (selection.answer.state == OnlineAnswer::State::cannot_tell ||
        selection.answer.state == OnlineAnswer::State::failed) {
      table.rows.push_back({"(env-from)", vault, selection.answer.text});
    }
    for (const auto& member : selection.members) {
      table.rows.push_back({member.secret, vault, "sets " + member.variable});
    }
    for (const std::string& left : selection.left_out) {
      const auto colon = left.find(": ");
      table.rows.push_back({left.substr(0, colon), vault, "left out: " + left.substr(colon + 2)});
    }
  }
  return table;
}

}  // namespace

int explain_command(Session& session) {
  const auto request = find_manifests(session.invocation, ManifestNeed::optional, session.files);
  if (!request) return session.report.fail(request.errors());
  const auto loaded = load(session, *request);
  if (!loaded) return session.report.fail(loaded.errors());
  const auto plan =
      make_plan(loaded->manifest, loaded->settings, session.environment, loaded->base.environment);
  if (!plan) return session.report.fail(plan.errors());
  OfflineTransport offline;
  World offline_world = session.world(offline);
  IdentityWarnings warnings;
  const auto identities = identity_table(*plan, session.owner, offline_world, warnings);
  for (const auto& [message, hint] : warnings) session.report.warn(message, hint);
  Errors errors = problems_with_network(session, *plan, loaded->settings);
  if (!identities) {
    errors.insert(errors.begin(), identities.errors().begin(), identities.errors().end());
  }
  if (!errors.empty()) return session.report.fail(errors);

  std::string text =
      text_of(explain_table(*plan, loaded->base.removed,
                            origins_of(session.invocation.options, loaded->manifest.options)));
  if (!identities->rows.empty()) text += "\n" + text_of(*identities);
  if (session.invocation.online && plan->needs_network()) {
    const auto transport = session.connect(loaded->settings);
    World world = session.world(*transport);
    const auto online =
        look_online(*plan, session.owner, world, session.deadline(loaded->settings.timeout));
    if (!online) return session.report.fail(online.errors());
    if (!plan->fetches.empty()) text += "\n" + text_of(online_table(*plan, *online));
    if (!plan->selections.empty()) text += "\n" + text_of(selection_table(*plan, *online));
    errors = unforgiven(*plan, *online);
  }
  const int written = write_to_standard_output(session.report, text);
  return errors.empty() ? written : session.report.fail(errors);
}

}  // namespace kvlaunch
