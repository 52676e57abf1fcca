// run: resolve, then become the target. The order of the steps is docs/design.md's.
#include "launcher/cli/commands.hpp"
#include "launcher/cli/delivery.hpp"
#include "launcher/cli/explain_table.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/status_line.hpp"
#include "launcher/process/exec.hpp"
#include "launcher/process/notify.hpp"

namespace kvlaunch {
namespace {

struct Prepared {
  Loaded loaded;
  Plan plan;
  Target target;
};

// `--resolve-env X -- app`: X was taken for COMMAND.
Error not_found_after(const Invocation& invocation, Error error) {
  const std::string& option = invocation.value_less;
  if (!option.empty() && error.code == Code::target_not_found) {
    error.notes.push_back("--" + option + " takes its names with '=': --" + option + "=" +
                          invocation.target[0]);
  }
  return error;
}

Result<Prepared> prepare(Session& session) {
  const Invocation& invocation = session.invocation;
  const auto request = find_manifests(invocation, ManifestNeed::optional, session.files);
  if (!request) return request.errors();
  auto loaded = load(session, *request);
  if (!loaded) return std::move(loaded).errors();
  auto plan =
      make_plan(loaded->manifest, loaded->settings, session.environment, loaded->base.environment);
  if (!plan) return std::move(plan).errors();
  auto target = find_target(invocation.target, path_of_target(*plan, loaded->base.environment));
  if (!target) return not_found_after(invocation, target.error());
  return Prepared{std::move(*loaded), std::move(*plan), std::move(*target)};
}

// What becomes of the variables that were there already.
void note_inherited(const Prepared& prepared, Log& log) {
  const Plan& plan = prepared.plan;
  for (const std::string& name : prepared.loaded.base.removed) {
    log.note("removed " + name + " from the target's environment");
  }
  for (const std::string& name : plan.preserved) log.note("kept " + name + " as it is inherited");
  for (const std::string& name : plan.unresolved) {
    log.note("kept the reference in " + name + " unresolved");
  }
  for (const Binding& binding : plan.bindings) {
    if (!prepared.loaded.base.environment.contains(binding.variable)) continue;
    if (binding.origin == "inherited") {
      log.note("resolved the reference in the inherited " + binding.variable);
      continue;
    }
    const bool unset = std::holds_alternative<UnsetVariable>(binding.source);
    log.note((unset ? "removed the inherited " : "overrode the inherited ") + binding.variable +
             " (" + binding.origin + ")");
  }
}

Result<EnvironmentBlock> resolve_environment(Session& session, const Prepared& prepared,
                                             Transport& transport, const Deadline& deadline) {
  World world = session.world(transport);
  auto resolved = fetch_all(prepared.plan, session.owner, world, deadline);
  if (!resolved) return std::move(resolved).errors();
  for (const std::string& left : resolved->left_out) {
    session.report.note("env-from leaves out " + left);
  }
  auto delivery = deliver(prepared.plan, *resolved);
  if (!delivery) return std::move(delivery).errors();
  Environment base = prepared.loaded.base.environment;
  for (const std::string& name : delivery->unset) base.unset(name);
  return EnvironmentBlock::build(base, std::move(delivery->variables), prepared.target.arguments,
                                 prepared.target.path);
}

Result<EnvironmentBlock> resolve_environment(Session& session, const Prepared& prepared,
                                             const Deadline& deadline) {
  if (!prepared.plan.needs_network()) {
    OfflineTransport offline;
    return resolve_environment(session, prepared, offline, deadline);
  }
  // Who asked for json reads lines of it, terminal or not; a dumb terminal (terminfo(5)) cannot
  // erase the line again.
  const bool shown = !session.invocation.quiet &&
                     prepared.loaded.settings.log_format == LogFormat::text &&
                     session.environment.get("TERM") != "dumb";
  const auto show = shown ? StatusLine::Show::on_terminal : StatusLine::Show::never;
  const StatusLine status{prepared.plan, session.report, show};
  const auto transport = session.connect(prepared.loaded.settings);
  // The transport goes before exec: its threads end and its descriptors close.
  return resolve_environment(session, prepared, *transport, deadline);
}

}  // namespace

int run_command(Session& session) {
  auto prepared = prepare(session);
  if (!prepared) return session.report.fail(prepared.errors());
  note_inherited(*prepared, session.report);
  const Deadline deadline = session.deadline(prepared->loaded.settings.timeout);
  auto block = resolve_environment(session, *prepared, deadline);
  if (!block) return session.report.fail(block.errors());
  if (session.invocation.dry_run) {
    session.report.table(
        explain_table(prepared->plan, prepared->loaded.base.removed,
                      origins_of(session.invocation.options, prepared->loaded.manifest.options)));
    return 0;
  }
  session.report.note("becoming " + prepared->target.path);
  const auto pointers = block->pointers();
  // Last of all: with Type=notify, `systemctl start` fails when the secrets cannot be had.
  if (prepared->loaded.settings.notify_ready) {
    if (auto told = notify_ready(session.environment, session.clock, deadline); !told) {
      return session.report.fail(told.errors());
    }
  }
  return session.report.fail({become(prepared->target, pointers.data(), session.inherited)});
}

}  // namespace kvlaunch
