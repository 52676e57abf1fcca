// The provider `azure-powershell`: the login of the user who ran Connect-AzAccount.
//
// Sources: azidentity azure_powershell_credential.go (way of calling pwsh, versions of
// Az.Accounts); learn.microsoft.com/powershell/module/az.accounts/get-azaccesstoken.
#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "providers/aadsts.hpp"
#include "providers/authority.hpp"
#include "providers/developer_tool.hpp"
#include "providers/entra.hpp"
#include "providers/factories.hpp"
#include "providers/printable.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

// pwsh alone takes seconds to start; the 10 s of azidentity are too short on a busy machine.
constexpr ToolFacts facts{.name = "pwsh",
                          .question = "Get-AzAccessToken",
                          .log_in = "Connect-AzAccount",
                          .limit = Milliseconds{30'000}};
constexpr std::string_view no_module = "kvlaunch-finds-no-az-accounts";

// RESOURCE and TENANT stand in single quotes: what is put there has passed is_plain_argument() and
// is_tenant_id(), so it holds no quote. From 2.17.0 on the module can give a SecureString, from
// 5.0.0 on it always does.
constexpr std::string_view script = R"($ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$module = Import-Module Az.Accounts -MinimumVersion 2.2.0 -PassThru -ErrorAction SilentlyContinue
if (-not $module) { 'NO_MODULE'; exit }
$question = @{ ResourceUrl = 'RESOURCE'; WarningAction = 'Ignore' }
if ('TENANT') { $question.TenantId = 'TENANT' }
if ($module.Version -ge [version]'2.17.0' -and $module.Version -lt [version]'5.0.0') {
  $question.AsSecureString = $true
}
$answer = Get-AzAccessToken @question
$text = $answer.Token
if ($text -is [System.Security.SecureString]) {
  $place = [System.Runtime.InteropServices.Marshal]::SecureStringToBSTR($text)
  try { $text = [System.Runtime.InteropServices.Marshal]::PtrToStringBSTR($place) }
  finally { [System.Runtime.InteropServices.Marshal]::ZeroFreeBSTR($place) }
}
ConvertTo-Json -Compress @{ Token = $text; ExpiresOn = $answer.ExpiresOn.ToUnixTimeSeconds() }
)";

std::string replaced(std::string text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
    text.replace(at, word.size(), by);
  }
  return text;
}

// -EncodedCommand takes base64 of UTF-16LE. The script is ASCII.
std::string encoded_script(std::string_view resource, std::string_view tenant) {
  std::string text = replaced(std::string{script}, "NO_MODULE", no_module);
  text = replaced(replaced(std::move(text), "RESOURCE", resource), "TENANT", tenant);
  std::string wide;
  for (const char c : text) wide += {c, '\0'};
  return base64_encode(wide, Base64::standard);
}

class AzurePowerShell final : public Credential {
 public:
  AzurePowerShell(IdentitySpec spec, const ProviderContext& context)
      : spec_(std::move(spec)), context_(context) {}

  [[nodiscard]] std::string_view name() const override { return "Azure PowerShell"; }

  Outcome acquire(const TokenRequest& request, const Deadline& deadline) override {
    return never_stops_a_chain(acquire_alone(request, deadline), context_.usage);
  }

 private:
  Outcome acquire_alone(const TokenRequest& request, const Deadline& deadline) {
    World& world = context_.world;
    const std::string_view resource = resource_of(request.scope);
    if (auto fine = check_tool_resource(resource, facts.name); !fine) return Failed{fine.error()};
    const auto tenant =
        choose_tenant(tool_tenant(spec_, IdentitySpec::Type::azure_powershell, world.environment),
                      request.tenant, world.environment);
    if (!tenant) return Failed{tenant.error()};
    DeveloperTool pwsh{facts, context_};
    auto found = pwsh.find();
    if (auto* const absent = std::get_if<Unavailable>(&found)) return std::move(*absent);
    if (!request.claims.empty()) {
      return DeveloperTool::needs_claims(
          std::string{facts.log_in} + (tenant->empty() ? "" : " -TenantId " + *tenant) +
          " -ClaimsChallenge '" + base64_encode(request.claims, Base64::standard) + "'");
    }
    const auto result =
        pwsh.run({std::get<std::string>(found), "-NoProfile", "-NonInteractive", "-OutputFormat",
                  "Text", "-EncodedCommand", encoded_script(resource, *tenant)},
                 deadline);
    if (!result) return Failed{result.error()};
    if (result->exit_code != 0) return judge_failure(pwsh, *result);
    return read(pwsh, result->standard_output.reveal(), world.clock.wall());
  }

  static Outcome read(const DeveloperTool& pwsh, std::string_view output, WallTime now) {
    if (contains(output, no_module)) {
      return Unavailable{"the PowerShell module Az.Accounts is not installed",
                         "run in pwsh: Install-Module Az.Accounts"};
    }
    const auto body = Json::parse(output);
    if (!body) return Failed{pwsh.malformed("something that is not JSON")};
    const auto member = body->member("Token");
    auto token = member ? member->secret() : std::nullopt;
    if (!token || token->empty()) return Failed{pwsh.malformed("no token")};
    const auto date = body->member("ExpiresOn");
    const auto expiry = date ? read_moment(*date, now) : std::nullopt;
    if (!expiry) return Failed{pwsh.malformed("no readable expiry")};
    if (*expiry <= now) return Failed{pwsh.malformed("a token that has expired")};
    return AccessToken{std::move(*token), *expiry, std::nullopt};
  }

  static Outcome judge_failure(const DeveloperTool& pwsh, const CommandResult& result) {
    const std::string& text = result.standard_error;
    const std::string line = first_line(
        std::string_view{text}.substr(std::min(text.find_first_not_of("\r\n"), text.size())));
    if (const int code = aadsts_code_in(text); code != 0) return pwsh.refused(code, line);
    if (contains(text, facts.log_in)) return pwsh.not_logged_in();
    return pwsh.ended(result, line);
  }

  IdentitySpec spec_;
  ProviderContext context_;
};

}  // namespace

std::unique_ptr<Credential> make_azure_powershell(const IdentitySpec& spec,
                                                  const ProviderContext& context) {
  return std::make_unique<AzurePowerShell>(spec, context);
}

}  // namespace kvlaunch
