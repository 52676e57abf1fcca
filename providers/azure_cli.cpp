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
#include "providers/entra.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/service_principal.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

// As long as Azure.Identity for .NET and C++ wait.
constexpr Milliseconds own_limit{13'000};
constexpr std::size_t largest_output = 256 * 1024;
constexpr const char* log_in = "run: az login";

// az is run without a shell; the checks keep values from being taken for options all the same.
bool consists_of(std::string_view text, std::string_view others) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

void append_path(std::vector<std::string>& directories, std::string_view path) {
  while (!path.empty()) {
    const auto end = std::min(path.find(':'), path.size());
    const auto element = path.substr(0, end);
    // Empty and relative elements mean the working directory, where anybody may have put an az.
    if (element.starts_with('/')) directories.emplace_back(element);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

// AzureCLIPath is a directory, not a file: AppAuthentication searched it first.
std::vector<std::string> search_directories(const Environment& environment) {
  std::vector<std::string> directories;
  append_path(directories, environment.get("AzureCLIPath").value_or(""));
  directories.insert(directories.end(), {"/usr/bin", "/usr/local/bin"});
  append_path(directories, environment.get("PATH").value_or(""));
  return directories;
}

Environment environment_for_az(Environment environment,
                               const std::vector<std::string>& directories) {
  std::string path;
  for (const std::string& directory : directories) {
    path.append(path.empty() ? "" : ":").append(directory);
  }
  environment.set("PATH", path);
  return environment;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

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

Result<AccessToken> read_az_token(std::string_view output, WallTime now) {
  const auto malformed = [](std::string what) {
    return Error{.code = Code::response_malformed,
                 .message = "az printed " + std::move(what),
                 .hint = "run az account get-access-token yourself and look at what it prints"};
  };
  const auto body = Json::parse(output);
  if (!body) return malformed("something that is not JSON");
  const auto member = body->member("accessToken");
  auto token = member ? member->secret() : std::nullopt;
  if (!token || token->empty()) return malformed("no access token");
  std::optional<WallTime> expiry;
  if (const auto epoch = body->member("expires_on")) expiry = read_moment(*epoch, now);
  if (const auto local = body->member("expiresOn"); local && !expiry) {
    const auto text = local->string();
    if (text) expiry = local_moment(*text);
  }
  if (!expiry) return malformed("no readable expiry");
  if (*expiry <= now) return malformed("a token that has expired");
  return AccessToken{std::move(*token), *expiry, std::nullopt};
}

class AzureCli final : public Credential {
 public:
  AzureCli(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "Azure CLI"; }

  // In a chain a developer's tool never stops the others, whatever is wrong with it.
  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    auto outcome = acquire_alone(request, deadline);
    auto* const failed = std::get_if<Failed>(&outcome);
    if (failed == nullptr || context_.usage == Usage::alone) return outcome;
    return Unavailable{std::move(failed->error.message), std::move(failed->error.hint)};
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
    const Environment& environment = context_.world.environment;
    auto question = prepare(request);
    if (!question) return Failed{question.error()};
    const auto directories = search_directories(environment);
    const auto program = context_.world.commands.find("az", directories);
    if (!program) return not_found(program.error());
    if (!request.claims.empty()) return Failed{needs_claims(*question, request)};

    CommandRequest command;
    command.environment =
        environment_for_az(without(context_.settings.own_credentials, environment), directories);
    command.timeout = own_limit;
    command.max_output_bytes = largest_output;
    command.arguments = arguments_of(*program, *question);
    auto result = context_.world.commands.run(command, deadline);
    // A login as managed identity or in Cloud Shell has one tenant and accepts no other.
    if (result && question->tenant_may_be_dropped &&
        contains(result->standard_error, "Tenant shouldn't be specified")) {
      question->tenant.clear();
      command.arguments = arguments_of(*program, *question);
      result = context_.world.commands.run(command, deadline);
    }
    if (!result) return Failed{result.error()};
    return judge(*result, deadline);
  }

  Result<Question> prepare(const TokenRequest& request) {
    const Environment& environment = context_.world.environment;
    const bool own_settings_only = spec_.type == IdentitySpec::Type::azure_cli;
    const std::string configured =
        own_settings_only ? spec_.tenant_id : principal_settings(spec_, environment).tenant_id;
    auto tenant = choose_tenant(configured, request.tenant, environment);
    if (!tenant) return std::move(tenant).errors();
    Question question{std::string{resource_of(request.scope)}, spec_.subscription,
                      std::move(*tenant), spec_.tenant_id.empty()};
    const auto unusable = [](const char* what) {
      return Error{.code = Code::identity_configuration,
                   .message = std::string{what} + " has characters that az is not given",
                   .hint = "check it for a typo"};
    };
    if (!consists_of(question.resource, "._:/-")) return unusable("the resource");
    if (!question.subscription.empty() && !consists_of(question.subscription, "._ -")) {
      return unusable("the subscription");
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

  // The notes name files that were found but must not be run (security rule 5).
  static Outcome not_found(const Error& error) {
    if (error.notes.empty()) return Unavailable{"az is not installed", {}};
    return Unavailable{"az is not usable: " + error.notes.front(),
                       "az and its directory must belong to root or you, and be writable by nobody "
                       "else"};
  }

  static Error needs_claims(const Question& question, const TokenRequest& request) {
    return Error{.code = Code::identity_refused,
                 .message = "the service asks for a fresh login with claims",
                 .hint = "run: az login" +
                         (question.tenant.empty() ? "" : " --tenant " + question.tenant) +
                         " --claims-challenge " + base64_encode(request.claims, Base64::standard)};
  }

  Outcome judge(const CommandResult& result, const Deadline& deadline) {
    World& world = context_.world;
    if (result.timed_out) {
      const bool cut = deadline.passed(world.clock);
      return Failed{
          Error{.code = cut ? Code::deadline : Code::identity_temporary,
                .message = "az did not answer in time",
                .hint = "run az account get-access-token yourself and see what it waits for"}};
    }
    if (result.output_too_large) {
      return Failed{Error{.code = Code::response_too_large, .message = "az printed too much"}};
    }
    if (result.exit_code != 0) return judge_failure(result);
    auto token = read_az_token(result.standard_output.reveal(), world.clock.wall());
    if (token) return std::move(*token);
    return Failed{token.error()};
  }

  static Outcome judge_failure(const CommandResult& result) {
    const std::string& text = result.standard_error;
    const std::string line = error_line(text);
    if (const int code = aadsts_code_in(text); code != 0) return refused(code, line);
    if (result.exit_code == 127 || contains(text, "az: not found")) {
      return Unavailable{"az is not installed", {}};
    }
    if (contains(text, "CLIInternalError") ||
        contains(text, "refresh token has expired due to inactivity")) {
      return Failed{Error{.code = Code::identity_refused,
                          .message = "az needs a new login",
                          .hint = log_in,
                          .notes = {"az says: " + line}}};
    }
    if (contains(text, "az login")) return Unavailable{"nobody is logged in to az", log_in};
    if (contains(text, "az account set")) {
      return Unavailable{"az has no usable subscription", "run: az login, or az account set"};
    }
    const std::string how = result.exit_code < 0 ? "signal " + std::to_string(result.signal)
                                                 : "exit code " + std::to_string(result.exit_code);
    return Failed{Error{.code = Code::identity_refused,
                        .message = "az ended with " + how + (line.empty() ? "" : ": " + line)}};
  }

  static Outcome refused(int code, const std::string& line) {
    const AadstsRow* const row = find_aadsts(code);
    const std::string number = " (AADSTS" + std::to_string(code) + ")";
    Error error{.code = Code::identity_refused, .notes = {"az says: " + line}};
    error.message =
        (row == nullptr ? "Entra refused the request" : std::string{row->meaning}) + number;
    error.hint = row == nullptr ? log_in : std::string{row->hint};
    if (row != nullptr && row->lasting == Lasting::transient) error.code = Code::identity_temporary;
    return Failed{std::move(error)};
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
