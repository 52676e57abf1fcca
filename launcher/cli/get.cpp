// get: one value to standard output, byte-exact.
#include <algorithm>

#include "launcher/cli/commands.hpp"
#include "launcher/cli/delivery.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/offline_transport.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"

namespace kvlaunch {
namespace {

constexpr const char* result_name = "KVLAUNCH_GET";

Result<Plan> plan_for(Session& session, const std::string& what, Settings& settings) {
  const bool is_reference = looks_like_reference(what);
  std::optional<EnvEntry> entry;
  auto need = ManifestNeed::required;
  if (is_reference) {
    auto reference = parse_reference(what);
    if (!reference) return std::move(reference).errors();
    if (reference->kind != ObjectKind::secret) {
      return Error{.code = Code::not_yet,
                   .message = "certificates and keys come with a later version",
                   .hint = "refer to a secret"};
    }
    const bool names_host = reference->vault_form == Reference::VaultForm::host;
    if (names_host && session.invocation.manifests.empty()) need = ManifestNeed::none;
    entry = EnvEntry{.name = result_name, .source = SecretUse{.reference = std::move(*reference)}};
    if (need == ManifestNeed::required && !session.invocation.vault.empty()) {
      need = ManifestNeed::none;
    }
  }
  auto request = find_manifests(session.invocation, need, session.files);
  if (!request) return std::move(request).errors();
  OfflineTransport offline;
  auto loaded = load(session.invocation, *request, session.world(offline), session.owner,
                     session.deadline(Settings{}.timeout));
  if (!loaded) return std::move(loaded).errors();
  settings = loaded->settings;

  auto& entries = loaded->manifest.env;
  if (!entry) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const EnvEntry& known) { return known.name == what; });
    if (found == entries.end()) {
      return Error{.code = Code::usage,
                   .message = "'" + what + "' is neither a reference nor an `env` entry",
                   .hint = "write kv:" + what + " for the secret of that name"};
    }
    entry = *found;
    entry->name = result_name;
  }
  entries = {std::move(*entry)};
  loaded->manifest.env_from.clear();
  return make_plan(loaded->manifest, settings, session.environment, Environment{});
}

}  // namespace

int get_command(Session& session) {
  const auto force = session.invocation.force ? Force::yes : Force::no;
  if (auto allowed = refuse_terminal("get", force); !allowed) {
    return session.report.fail(allowed.errors());
  }
  Settings settings;
  const auto plan = plan_for(session, session.invocation.arguments[0], settings);
  if (!plan) return session.report.fail(plan.errors());
  const auto transport = session.connect(settings);
  World world = session.world(*transport);
  const auto resolved = fetch_all(*plan, session.owner, world, session.deadline(settings.timeout));
  if (!resolved) return session.report.fail(resolved.errors());
  const auto delivery = deliver(*plan, *resolved, Environment{});
  if (!delivery) return session.report.fail(delivery.errors());
  if (delivery->variables.empty()) return 0;
  return write_to_standard_output(session.report, delivery->variables[0].value.reveal());
}

}  // namespace kvlaunch
