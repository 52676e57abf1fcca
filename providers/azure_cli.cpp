// The provider `azure-cli`: the login of the user who runs `az`.
//
// Sources: azidentity azure_cli_credential.go; azure-cli profile/custom.py, core/_profile.py
// (texts, refused combinations); AppAuthentication ProcessManager.cs (AzureCLIPath).
#include <algorithm>
#include <ctime>

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/aadsts.hpp"
#include "providers/authority.hpp"
#include "providers/dates.hpp"
#include "providers/developer_tool.hpp"
#include "providers/entra.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

// As long as Azure.Identity for .NET and C++ wait.
constexpr ToolFacts facts{.name = "az",
                          .question = "az account get-access-token",
                          .log_in = "az login",
                          .limit = Milliseconds{13'000}};
// A directory, not a file: AppAuthentication searched it first.
constexpr std::string_view directory_variable = "AzureCLIPath";

// az prints warnings before the error that matters.
std::string error_line(std::string_view text) {
  if (const auto start = text.find("ERROR: "); start != std::string_view::npos) {
    return first_line(text.substr(start + 7));
  }
  return first_line(text.substr(std::min(text.find_first_not_of("\r\n"), text.size())));
}

// `expiresOn` is local time without a zone; where the clock is set back, the earlier one counts.
std::optional<WallTime> local_moment(std::string_view text) {
  const auto civil = parse_civil_time(text);
  if (!civil) return std::nullopt;
  std::tm parts{};
  parts.tm_year = civil->year - 1900;
  parts.tm_mon = civil->month - 1;
  parts.tm_mday = civil->day;
  parts.tm_hour = civil->hour;
  parts.tm_min = civil->minute;
  parts.tm_sec = civil->second;
  std::tm summer = parts;
  parts.tm_isdst = 0;
  summer.tm_isdst = 1;
  const std::time_t standard_time = std::mktime(&parts);
  const std::time_t summer_time = std::mktime(&summer);
  // mktime() shifts the hour when its guess at summer time is wrong; an unshifted guess fits.
  const bool summer_fits =
      summer_time != -1 && summer.tm_isdst > 0 && summer.tm_hour == civil->hour;
  const std::time_t moment = summer_fits ? summer_time : standard_time;
  if (moment == -1) return std::nullopt;
  return WallTime{std::chrono::seconds{moment}};
}

Result<AccessToken> read_az_token(const DeveloperTool& az, std::string_view output, WallTime now) {
  const auto body = Json::parse(output);
  if (!body) return az.malformed("something that is not JSON");
  const auto member = body->member("accessToken");
  auto token = member ? member->secret() : std::nullopt;
  if (!token || token->empty()) return az.malformed("no access token");
  std::optional<WallTime> expiry;
  if (const auto epoch = body->member("expires_on")) expiry = read_moment(*epoch, now);
  if (const auto local = body->member("expiresOn"); local && !expiry) {
    const auto text = local->string();
    if (text) expiry = local_moment(*text);
  }
  if (!expiry) return az.malformed("no readable expiry");
  if (*expiry <= now) return az.malformed("a token that has expired");
  return AccessToken{std::move(*token), *expiry, std::nullopt};
}

class AzureCli final : public Credential {
 public:
  AzureCli(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "Azure CLI"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    return never_stops_a_chain(acquire_alone(request, deadline), context_.usage);
  }

 private:
  // What follows "az account get-access-token".
  struct Question {
    std::string resource;
    std::string subscription;  // beats the tenant: az refuses both together
    std::string tenant;
    bool tenant_may_be_dropped = false;  // nobody configured it for az
  };

  Outcome acquire_alone(const TokenRequest& request, const Deadline& deadline) {
    auto question = prepare(request);
    if (!question) return Failed{question.error()};
    DeveloperTool az{facts, context_,
                     context_.world.environment.get(directory_variable).value_or("")};
    auto found = az.find();
    if (auto* const absent = std::get_if<Unavailable>(&found)) return std::move(*absent);
    const std::string& program = std::get<std::string>(found);
    if (!request.claims.empty()) return DeveloperTool::needs_claims(login_with(*question, request));

    auto result = az.run(arguments_of(program, *question), deadline);
    // A login as managed identity or in Cloud Shell has one tenant and accepts no other.
    if (result && question->tenant_may_be_dropped &&
        contains(result->standard_error, "Tenant shouldn't be specified")) {
      question->tenant.clear();
      result = az.run(arguments_of(program, *question), deadline);
    }
    if (!result) return Failed{result.error()};
    if (result->exit_code != 0) return judge_failure(az, *result);
    auto token = read_az_token(az, result->standard_output.reveal(), context_.world.clock.wall());
    if (token) return std::move(*token);
    return Failed{token.error()};
  }

  Result<Question> prepare(const TokenRequest& request) {
    const Environment& environment = context_.world.environment;
    auto tenant = choose_tenant(tool_tenant(spec_, IdentitySpec::Type::azure_cli, environment),
                                request.tenant, environment);
    if (!tenant) return std::move(tenant).errors();
    Question question{std::string{resource_of(request.scope)}, spec_.subscription,
                      std::move(*tenant), spec_.tenant_id.empty()};
    if (const auto fine = check_tool_resource(question.resource, facts.name); !fine) {
      return fine.errors();
    }
    if (!question.subscription.empty() && !is_plain_argument(question.subscription, "._ -")) {
      return Error{.code = Code::identity_configuration,
                   .message = "the subscription has characters that az is not given",
                   .hint = "check it for a typo"};
    }
    return question;
  }

  static std::vector<std::string> arguments_of(const std::string& program,
                                               const Question& question) {
    std::vector<std::string> arguments{program, "account",    "get-access-token", "-o",
                                       "json",  "--resource", question.resource};
    if (!question.subscription.empty()) {
      arguments.insert(arguments.end(), {"--subscription", question.subscription});
    } else if (!question.tenant.empty()) {
      arguments.insert(arguments.end(), {"--tenant", question.tenant});
    }
    return arguments;
  }

  static std::string login_with(const Question& question, const TokenRequest& request) {
    return "az login" + (question.tenant.empty() ? "" : " --tenant " + question.tenant) +
           " --claims-challenge " + base64_encode(request.claims, Base64::standard);
  }

  static Outcome judge_failure(const DeveloperTool& az, const CommandResult& result) {
    const std::string& text = result.standard_error;
    const std::string line = error_line(text);
    if (const int code = aadsts_code_in(text); code != 0) return az.refused(code, line);
    if (result.exit_code == 127 || contains(text, "az: not found")) {
      return Unavailable{"az is not installed", {}};
    }
    if (contains(text, "CLIInternalError") ||
        contains(text, "refresh token has expired due to inactivity")) {
      return az.needs_login(line);
    }
    if (contains(text, "az login")) return az.not_logged_in();
    if (contains(text, "az account set")) {
      return Unavailable{"az has no usable subscription", "run: az login, or az account set"};
    }
    return az.ended(result, line);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_azure_cli(const IdentitySpec& spec,
                                           const ProviderContext& context) {
  return std::make_unique<AzureCli>(spec, context);
}

}  // namespace kvlaunch
