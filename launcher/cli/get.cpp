// get: one value to standard output, byte-exact.
#include <algorithm>

#include "launcher/base/url.hpp"
#include "launcher/cli/commands.hpp"
#include "launcher/cli/delivery.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"

namespace kvlaunch {
namespace {

constexpr const char* result_name = "KVLAUNCH_GET";

// A reference by host needs no manifest and reads none, unless one is named on the command line:
// its identity for that host counts then. A vault's name may be an alias of a manifest, where one
// is.
ManifestNeed need_of(const Invocation& invocation, const Reference& reference) {
  if (reference.vault_form == Reference::VaultForm::host) {
    return invocation.names_manifest ? ManifestNeed::required : ManifestNeed::none;
  }
  const bool names_vault = reference.vault_form == Reference::VaultForm::name_or_alias;
  return names_vault || !invocation.vault.empty() ? ManifestNeed::if_any : ManifestNeed::required;
}

// Names what was typed, unless it is a URL: that may hold a password or a signature.
Errors with_text(Errors errors, const std::string& what) {
  if (!to_lower(what.substr(0, 3)).starts_with("kv:") || what.find('@') != std::string::npos) {
    return errors;
  }
  for (Error& error : errors) error.reference = what;
  return errors;
}

Result<Plan> plan_for(Session& session, const std::string& what, Settings& settings) {
  std::optional<EnvEntry> entry;
  auto need = ManifestNeed::optional;  // a bare word may be one of -e
  if (looks_like_reference(what)) {
    auto reference = parse_reference(what);
    if (!reference) return with_text(std::move(reference).errors(), what);
    if (reference->kind != ObjectKind::secret) {
      return Error{.code = Code::not_yet,
                   .message = "certificates and keys come with a later version",
                   .hint = "refer to a secret"};
    }
    need = need_of(session.invocation, *reference);
    entry = EnvEntry{.name = result_name, .source = SecretUse{.reference = std::move(*reference)}};
  }
  if (const auto foreign = foreign_reference(what)) {
    return Error{.code = Code::reference_unsupported,
                 .message = "a reference of another system: " + std::string{*foreign},
                 .hint = "write kv:NAME or kv://VAULT/NAME"};
  }
  const auto request = find_manifests(session.invocation, need, session.files);
  if (!request) return request.errors();
  auto loaded = load(session, *request);
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
    if (std::holds_alternative<UnsetVariable>(found->source)) {
      Error error{.code = Code::usage,
                  .message = "'" + what + "' has no value: its `env` entry removes it",
                  .hint = "ask for another entry, or give this one a value"};
      if (!found->where.file.empty()) error.location = found->where;
      return error;
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
  const auto delivery = deliver(*plan, *resolved);
  if (!delivery) return session.report.fail(delivery.errors());
  if (delivery->variables.empty()) return 0;
  return write_to_standard_output(session.report, delivery->variables[0].value.reveal());
}

}  // namespace kvlaunch
