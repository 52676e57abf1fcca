// The provider `azure-developer-cli`: the login of the user who runs `azd`.
//
// Source: azidentity azure_developer_cli_credential.go (command, texts, claims since azd 1.18.1).
#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/aadsts.hpp"
#include "providers/authority.hpp"
#include "providers/developer_tool.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

// As long as az has.
constexpr ToolFacts facts{.name = "azd",
                          .question = "azd auth token",
                          .log_in = "azd auth login",
                          .limit = Milliseconds{13'000}};

// With -o json azd wraps what it has to say: {"type":"consoleMessage","data":{"message":"..."}}.
std::string unwrapped(std::string_view text) {
  const auto body = Json::parse(text);
  const auto data = body ? body->member("data") : std::nullopt;
  const auto message = data ? data->member("message") : std::nullopt;
  return message ? message->string().value_or("") : std::string{};
}

std::string said(const CommandResult& result) {
  std::string text = unwrapped(result.standard_error);
  if (text.empty()) text = unwrapped(result.standard_output.reveal());
  return text.empty() ? result.standard_error : text;
}

std::string error_line(std::string_view text) {
  const auto start = text.find("ERROR: ");
  if (start != std::string_view::npos) return first_line(text.substr(start + 7));
  return first_line(text.substr(std::min(text.find_first_not_of("\r\n"), text.size())));
}

class AzureDeveloperCli final : public Credential {
 public:
  AzureDeveloperCli(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "Azure Developer CLI"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    return never_stops_a_chain(acquire_alone(request, deadline), context_.usage);
  }

 private:
  Outcome acquire_alone(const TokenRequest& request, const Deadline& deadline) {
    World& world = context_.world;
    if (auto fine = check_tool_resource(request.scope, facts.name); !fine) {
      return Failed{fine.error()};
    }
    const auto tenant = choose_tenant(
        tool_tenant(spec_, IdentitySpec::Type::azure_developer_cli, world.environment),
        request.tenant, world.environment);
    if (!tenant) return Failed{tenant.error()};
    DeveloperTool azd{facts, context_};
    auto found = azd.find();
    if (auto* const absent = std::get_if<Unavailable>(&found)) return std::move(*absent);

    std::vector<std::string> arguments{std::get<std::string>(found),
                                       "auth",
                                       "token",
                                       "-o",
                                       "json",
                                       "--no-prompt",
                                       "--scope",
                                       request.scope};
    if (!tenant->empty()) arguments.insert(arguments.end(), {"--tenant-id", *tenant});
    if (!request.claims.empty()) {
      arguments.insert(arguments.end(),
                       {"--claims", base64_encode(request.claims, Base64::standard)});
    }
    const auto result = azd.run(std::move(arguments), deadline);
    if (!result) return Failed{result.error()};
    if (result->exit_code != 0) return judge_failure(azd, *result, request);
    return read(azd, result->standard_output.reveal(), world.clock.wall());
  }

  static Outcome read(const DeveloperTool& azd, std::string_view output, WallTime now) {
    const auto body = Json::parse(output);
    if (!body) return Failed{azd.malformed("something that is not JSON")};
    const auto member = body->member("token");
    auto token = member ? member->secret() : std::nullopt;
    if (!token || token->empty()) return Failed{azd.malformed("no token")};
    const auto date = body->member("expiresOn");
    const auto expiry = date ? read_moment(*date, now) : std::nullopt;
    if (!expiry) return Failed{azd.malformed("no readable expiry")};
    if (*expiry <= now) return Failed{azd.malformed("a token that has expired")};
    return AccessToken{std::move(*token), *expiry, std::nullopt};
  }

  static Outcome judge_failure(const DeveloperTool& azd, const CommandResult& result,
                               const TokenRequest& request) {
    const std::string text = said(result);
    const std::string line = error_line(text);
    if (!request.claims.empty()) {
      auto failed = DeveloperTool::needs_claims(std::string{facts.log_in});
      failed.error.notes.push_back("azd says: " + line);
      return failed;
    }
    if (const int code = aadsts_code_in(text); code != 0) return azd.refused(code, line);
    if (contains(text, facts.log_in)) return azd.not_logged_in();
    return azd.ended(result, line);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_azure_developer_cli(const IdentitySpec& spec,
                                                     const ProviderContext& context) {
  return std::make_unique<AzureDeveloperCli>(spec, context);
}

}  // namespace kvlaunch
