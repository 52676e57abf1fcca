// token: an access token for any service, by the same identities.
#include "launcher/cli/commands.hpp"
#include "launcher/cli/network_session.hpp"
#include "launcher/cli/preparation.hpp"
#include "launcher/cli/standard_output.hpp"
#include "launcher/cli/whoami.hpp"

namespace kvlaunch {
namespace {

Result<OutputFormat> chosen_format(const Invocation& invocation) {
  const auto format =
      invocation.format.value_or(invocation.whoami ? OutputFormat::text : OutputFormat::raw);
  const bool fits =
      format == OutputFormat::json || (format == OutputFormat::text) == invocation.whoami;
  if (fits) return format;
  return Error{.code = Code::usage,
               .message = invocation.whoami ? "--whoami writes --format text or json"
                                            : "--format text is for --whoami",
               .hint = "pass --format json, or leave --format out"};
}

Secret formatted(const AccessToken& token, OutputFormat format) {
  SecretWriter text;
  switch (format) {
    case OutputFormat::text:
    case OutputFormat::raw:
      text.append(token.value.reveal());
      break;
    case OutputFormat::header:
      text.append("Authorization: Bearer ");
      text.append(token.value.reveal());
      text.append('\n');
      break;
    case OutputFormat::json: {
      const auto seconds =
          std::chrono::duration_cast<std::chrono::seconds>(token.expires_at.time_since_epoch());
      // A bearer token has only characters that JSON takes as they are (RFC 6750 2.1).
      text.append("{\"token_type\":\"Bearer\",\"expires_on\":");
      text.append(std::to_string(seconds.count()));
      text.append(",\"access_token\":\"");
      text.append(token.value.reveal());
      text.append("\"}\n");
      break;
    }
  }
  return text.take();
}

}  // namespace

int token_command(Session& session) {
  const Invocation& invocation = session.invocation;
  const auto format = chosen_format(invocation);
  if (!format) return session.report.fail(format.errors());
  // Who somebody is may stand on a screen; the token itself may not.
  const auto force = invocation.force || invocation.whoami ? Force::yes : Force::no;
  if (auto allowed = refuse_terminal("token", force); !allowed) {
    return session.report.fail(allowed.errors());
  }
  // Its identity and cloud count.
  const auto request = find_manifests(invocation, ManifestNeed::if_any, session.files);
  if (!request) return session.report.fail(request.errors());
  const auto loaded = load(session, *request);
  if (!loaded) return session.report.fail(loaded.errors());
  const auto plan = make_identity_plan(loaded->manifest, loaded->settings, session.environment);
  if (!plan) return session.report.fail(plan.errors());

  const auto transport = session.connect(loaded->settings);
  World world = session.world(*transport);
  const auto sources = make_token_sources(*plan, session.owner, world);
  if (!sources) return session.report.fail(sources.errors());
  const std::string scope =
      invocation.scope.empty() ? std::string{cloud_of(plan->cloud).vault_scope} : invocation.scope;
  const auto token = sources->front()->token(TokenRequest{.scope = scope},
                                             session.deadline(loaded->settings.timeout));
  if (!token) return session.report.fail(token.errors());
  if (invocation.whoami) {
    return write_to_standard_output(session.report, *format == OutputFormat::json
                                                        ? whoami_json(**token)
                                                        : whoami_text(**token));
  }
  return write_to_standard_output(session.report, formatted(**token, *format).reveal());
}

}  // namespace kvlaunch
