#include <gmock/gmock.h>

#include "tests/unit/providers/tool_scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class AzureDeveloperCli : public ToolScene {
 protected:
  AzureDeveloperCli() : ToolScene{make_azure_developer_cli, "azd"} {}
};

constexpr const char* good_output = R"({"token":"azd-token","expiresOn":"2026-01-01T01:00:00Z"})";

TEST_F(AzureDeveloperCli, asks_for_the_scope_without_prompting) {
  prints(good_output);
  EXPECT_EQ(token_of(alone()), "azd-token");
  EXPECT_THAT(last_arguments(),
              ElementsAre("/usr/bin/azd", "auth", "token", "-o", "json", "--no-prompt", "--scope",
                          "https://vault.azure.net/.default"));
  EXPECT_EQ(scene.fake.commands.runs().back().timeout, Milliseconds{13'000});
}

TEST_F(AzureDeveloperCli, writes_its_expiry_in_utc) {
  prints(good_output);
  EXPECT_EQ(std::get<AccessToken>(alone()).expires_at, WallTime{std::chrono::seconds{1767229200}});
}

TEST_F(AzureDeveloperCli, gets_the_tenant_and_the_claims_of_the_challenge) {
  prints(good_output);
  scene.request.tenant = "fabrikam";
  scene.request.claims = "{}";
  EXPECT_EQ(token_of(alone()), "azd-token");
  EXPECT_THAT(last_arguments(), Contains("--tenant-id"));
  EXPECT_THAT(last_arguments(), Contains("fabrikam"));
  EXPECT_THAT(last_arguments(), Contains("e30="));
}

TEST_F(AzureDeveloperCli, of_a_version_without_claims_asks_for_a_login) {
  fails(1, "ERROR: unknown flag: --claims");
  scene.request.claims = "{}";
  const auto error = error_of(alone());
  EXPECT_EQ(error.hint, "run: azd auth login");
  EXPECT_THAT(notes_of(error), HasSubstr("unknown flag"));
}

TEST_F(AzureDeveloperCli, without_login_is_unavailable_and_names_the_command) {
  fails(1, "ERROR: not logged in, run `azd auth login` to login\n");
  EXPECT_EQ(reason_of(alone()), "nobody is logged in to azd");
  EXPECT_EQ(std::get<Unavailable>(alone()).hint, "run: azd auth login");
}

TEST_F(AzureDeveloperCli, is_understood_when_it_wraps_its_words_in_json) {
  fails(1, R"({"type":"consoleMessage","data":{"message":"\nERROR: run `azd auth login`"}})");
  EXPECT_EQ(reason_of(alone()), "nobody is logged in to azd");
}

TEST_F(AzureDeveloperCli, translates_a_refusal_of_entra_although_it_mentions_the_login) {
  fails(1, "ERROR: fetching token: AADSTS50076: Due to a change. run azd auth login.\n");
  EXPECT_EQ(error_of(alone()).message, "multi-factor authentication is needed (AADSTS50076)");
}

TEST_F(AzureDeveloperCli, is_not_quoted_when_its_output_cannot_be_read) {
  prints(R"({"token":"in-the-clear"})");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message + error.hint + notes_of(error), Not(HasSubstr("clear")));
}

}  // namespace
}  // namespace kvlaunch::test
