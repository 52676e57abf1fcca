#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/unit/providers/tool_scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AzurePowerShell : public ToolScene {
 protected:
  AzurePowerShell() : ToolScene{make_azure_powershell, "pwsh"} {}

  // The script as pwsh would read it: every second byte of UTF-16LE text that is ASCII.
  std::string last_script() {
    const auto wide = base64_decode(last_arguments().back(), Base64::standard).value_or("");
    std::string text;
    for (std::size_t i = 0; i + 1 < wide.size(); i += 2) {
      if (wide[i + 1] != '\0') return "not UTF-16LE";
      text += wide[i];
    }
    return text;
  }
};

constexpr const char* good_output = R"({"Token":"ps-token","ExpiresOn":1767229200})";

TEST_F(AzurePowerShell, runs_pwsh_without_profile_and_prompts_for_half_a_minute_at_most) {
  prints(good_output);
  EXPECT_EQ(token_of(alone()), "ps-token");
  EXPECT_THAT(last_arguments(),
              ElementsAre("/usr/bin/pwsh", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text",
                          "-EncodedCommand", ::testing::_));
  EXPECT_EQ(scene.fake.commands.runs().back().timeout, Milliseconds{30'000});
}

TEST_F(AzurePowerShell, asks_for_the_resource_and_the_tenant) {
  prints(good_output);
  scene.request.tenant = "fabrikam";
  EXPECT_EQ(token_of(alone()), "ps-token");
  EXPECT_THAT(last_script(), HasSubstr("ResourceUrl = 'https://vault.azure.net'"));
  EXPECT_THAT(last_script(), HasSubstr("TenantId = 'fabrikam'"));
}

TEST_F(AzurePowerShell, is_not_given_what_could_leave_the_quotes) {
  prints(good_output);
  for (const char* scope : {"https://v'; Remove-Item x; '/.default", "https://v$(x)/.default"}) {
    scene.request.scope = scope;
    EXPECT_EQ(error_of(alone()).code, Code::identity_configuration) << scope;
  }
  scene.request = {vault_scope, "a'b", ""};
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

TEST_F(AzurePowerShell, without_its_module_is_unavailable_and_says_how_to_install_it) {
  prints("kvlaunch-finds-no-az-accounts\n");
  EXPECT_EQ(reason_of(alone()), "the PowerShell module Az.Accounts is not installed");
  EXPECT_THAT(std::get<Unavailable>(alone()).hint, HasSubstr("Install-Module Az.Accounts"));
}

TEST_F(AzurePowerShell, without_login_is_unavailable_and_names_the_command) {
  fails(1, "Get-AzAccessToken: Run Connect-AzAccount to login.\n");
  EXPECT_EQ(reason_of(alone()), "nobody is logged in to pwsh");
  EXPECT_EQ(std::get<Unavailable>(alone()).hint, "run: Connect-AzAccount");
}

TEST_F(AzurePowerShell, translates_a_refusal_of_entra) {
  fails(1, "AADSTS50076: use multi-factor authentication. Connect-AzAccount -TenantId x\n");
  EXPECT_EQ(error_of(alone()).code, Code::identity_refused);
  EXPECT_THAT(error_of(alone()).message, HasSubstr("(AADSTS50076)"));
}

TEST_F(AzurePowerShell, cannot_answer_a_claims_challenge_and_says_what_can) {
  prints(good_output);
  scene.request.claims = "{}";
  scene.request.tenant = "fabrikam";
  EXPECT_EQ(error_of(alone()).hint,
            "run: Connect-AzAccount -TenantId fabrikam -ClaimsChallenge 'e30='");
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

TEST_F(AzurePowerShell, is_not_quoted_when_its_output_cannot_be_read) {
  prints("WARNING ps-token-in-the-clear");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message + error.hint + notes_of(error), Not(HasSubstr("clear")));
}

}  // namespace
}  // namespace kvlaunch::test
