#include <gmock/gmock.h>

#include <ctime>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

IdentitySpec cli() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::azure_cli;
  return spec;
}

constexpr const char* good_output =
    R"({"accessToken":"az-token","expires_on":1767229200,"expiresOn":"2000-01-01 00:00:00.000000"})";

class AzureCli : public ::testing::Test {
 protected:
  Scene scene{{"PATH", "/home/u/bin:/bin"}, {"HOME", "/home/u"}};

  void az_answers(CommandResult (*result)()) {
    scene.fake.commands.install(
        "/usr/bin", "az", [=](const CommandRequest&) -> Result<CommandResult> { return result(); });
  }
  void az_fails(int exit_code, const std::string& text) {
    scene.fake.commands.install("/usr/bin", "az",
                                [=](const CommandRequest&) -> Result<CommandResult> {
                                  return FakeCommands::failed(exit_code, text);
                                });
  }
  void az_prints(const std::string& output) {
    scene.fake.commands.install("/usr/bin", "az",
                                [=](const CommandRequest&) -> Result<CommandResult> {
                                  return FakeCommands::succeeded(output);
                                });
  }
  Outcome alone(const IdentitySpec& spec = cli()) { return scene.acquire(make_azure_cli, spec); }
  Outcome chained() { return scene.acquire(make_azure_cli, IdentitySpec{}, Usage::chained); }
  std::vector<std::string> last_arguments() { return scene.fake.commands.runs().back().arguments; }
};

TEST_F(AzureCli, runs_az_by_absolute_path_for_the_resource) {
  az_prints(good_output);
  EXPECT_EQ(token_of(alone()), "az-token");
  EXPECT_THAT(last_arguments(), ElementsAre("/usr/bin/az", "account", "get-access-token", "-o",
                                            "json", "--resource", "https://vault.azure.net"));
  EXPECT_EQ(scene.fake.commands.runs().back().timeout, Milliseconds{13'000});
}

TEST_F(AzureCli, believes_the_epoch_before_the_local_time) {
  az_prints(good_output);
  EXPECT_EQ(std::get<AccessToken>(alone()).expires_at,
            WallTime{std::chrono::seconds{1'767'229'200}});
}

TEST_F(AzureCli, reads_the_local_time_of_older_versions) {
  const std::time_t moment = 1'767'229'200;
  std::tm local{};
  localtime_r(&moment, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  az_prints(R"({"accessToken":"t","expiresOn":")" + std::string{text.data()} + ".123456\"}");
  EXPECT_EQ(std::get<AccessToken>(alone()).expires_at, WallTime{std::chrono::seconds{moment}});
}

TEST_F(AzureCli, is_searched_in_its_own_directory_first_and_never_in_a_relative_one) {
  scene.fake.environment.set("AzureCLIPath", "/opt/az/bin");
  scene.fake.environment.set("PATH", ":relative:/home/u/bin:.");
  scene.fake.commands.install("/opt/az/bin", "az",
                              [](const CommandRequest&) -> Result<CommandResult> {
                                return FakeCommands::succeeded(good_output);
                              });
  EXPECT_EQ(token_of(alone()), "az-token");
  EXPECT_EQ(last_arguments().front(), "/opt/az/bin/az");
  EXPECT_EQ(scene.fake.commands.runs().back().environment.get("PATH"),
            "/opt/az/bin:/usr/bin:/usr/local/bin:/home/u/bin");
}

TEST_F(AzureCli, keeps_the_environment_but_not_kvlaunchs_own_credentials) {
  scene.fake.environment.set("AZURE_CLIENT_SECRET", "s");
  scene.fake.environment.set("AZURE_PASSWORD", "p");
  az_prints(good_output);
  EXPECT_EQ(token_of(alone()), "az-token");
  const auto& environment = scene.fake.commands.runs().back().environment;
  EXPECT_EQ(environment.get("HOME"), "/home/u");
  EXPECT_FALSE(environment.contains("AZURE_CLIENT_SECRET"));
  EXPECT_FALSE(environment.contains("AZURE_PASSWORD"));
}

TEST_F(AzureCli, gets_no_variable_that_the_manifest_names_as_source_of_a_credential) {
  IdentitySpec other;
  other.client_secret = SecretSource{SecretSource::Kind::environment, "APP_SECRET"};
  scene.fake.environment.set("APP_SECRET", "s");
  az_prints(good_output);
  auto context = scene.context(Usage::alone);
  context.settings.own_credentials = own_credentials({other});
  EXPECT_EQ(token_of(make_azure_cli(cli(), context)->acquire(scene.request, scene.fake.deadline())),
            "az-token");
  EXPECT_FALSE(scene.fake.commands.runs().back().environment.contains("APP_SECRET"));
}

TEST_F(AzureCli, gets_the_tenant_of_the_challenge) {
  az_prints(good_output);
  scene.request.tenant = "fabrikam";
  EXPECT_EQ(token_of(alone()), "az-token");
  EXPECT_THAT(last_arguments(), ::testing::Contains("--tenant"));
  EXPECT_THAT(last_arguments(), ::testing::Contains("fabrikam"));
}

TEST_F(AzureCli, gets_a_subscription_instead_of_the_tenant) {
  az_prints(good_output);
  scene.request.tenant = "fabrikam";
  auto spec = cli();
  spec.subscription = "My Subscription";
  EXPECT_EQ(token_of(alone(spec)), "az-token");
  EXPECT_THAT(last_arguments(), ::testing::Contains("My Subscription"));
  EXPECT_THAT(last_arguments(), Not(::testing::Contains("--tenant")));
}

TEST_F(AzureCli, logged_in_as_managed_identity_is_asked_again_without_tenant) {
  scene.request.tenant = "fabrikam";
  scene.fake.commands.install(
      "/usr/bin", "az", [](const CommandRequest& request) -> Result<CommandResult> {
        if (request.arguments.size() > 7) {
          return FakeCommands::failed(
              1, "ERROR: Tenant shouldn't be specified for managed identity account");
        }
        return FakeCommands::succeeded(good_output);
      });
  EXPECT_EQ(token_of(alone()), "az-token");
  EXPECT_THAT(scene.fake.commands.runs(), SizeIs(2));
}

TEST_F(AzureCli, is_not_given_values_that_look_like_options) {
  az_prints(good_output);
  auto spec = cli();
  spec.subscription = "--debug";
  EXPECT_EQ(error_of(alone(spec)).code, Code::identity_configuration);
  scene.request.scope = "-x";
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

TEST_F(AzureCli, that_is_not_installed_is_unavailable) {
  EXPECT_EQ(reason_of(alone()), "az is not installed");
  EXPECT_EQ(reason_of(chained()), "az is not installed");
}

TEST_F(AzureCli, without_login_is_unavailable_and_names_the_command) {
  for (const char* text : {"ERROR: Please run 'az login' to setup account.\n",
                           "ERROR: No subscription found. Run 'az account set' to select a "
                           "subscription.\n"}) {
    az_fails(1, text);
    const auto outcome = alone();
    EXPECT_NE(reason_of(outcome), "(not unavailable)") << text;
    EXPECT_THAT(std::get<Unavailable>(outcome).hint, HasSubstr("az login"));
  }
}

TEST_F(AzureCli, translates_a_refusal_of_entra_although_it_mentions_the_login) {
  az_fails(1, "WARNING: x\nERROR: AADSTS50076: Due to a configuration change. Run az login.\n");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_EQ(error.message, "multi-factor authentication is needed (AADSTS50076)");
  EXPECT_THAT(notes_of(error), HasSubstr("az says: AADSTS50076: Due to"));
}

TEST_F(AzureCli, in_a_chain_never_stops_the_others) {
  for (const char* text : {"ERROR: AADSTS700082: expired", "ERROR: CLIInternalError: x", "boom"}) {
    az_fails(1, text);
    EXPECT_NE(reason_of(chained()), "(not unavailable)") << text;
  }
  az_prints("no json");
  EXPECT_NE(reason_of(chained()), "(not unavailable)");
}

TEST_F(AzureCli, wants_a_new_login_after_an_internal_error) {
  az_fails(1, "ERROR: The command failed: CLIInternalError");
  EXPECT_EQ(error_of(alone()).hint, "run: az login");
}

TEST_F(AzureCli, that_hangs_is_temporary) {
  az_answers([] {
    CommandResult result;
    result.timed_out = true;
    return result;
  });
  EXPECT_EQ(error_of(alone()).code, Code::identity_temporary);
}

TEST_F(AzureCli, is_not_quoted_when_its_output_cannot_be_read) {
  az_prints("az-token-in-the-clear");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message + error.hint + notes_of(error), Not(HasSubstr("clear")));
}

TEST_F(AzureCli, cannot_answer_a_claims_challenge_and_says_what_can) {
  az_prints(good_output);
  scene.request.claims = "{}";
  EXPECT_EQ(error_of(alone()).hint, "run: az login --claims-challenge e30=");
  EXPECT_THAT(scene.fake.commands.runs(), IsEmpty());
}

TEST_F(AzureCli, with_an_expired_token_is_an_error) {
  az_prints(R"({"accessToken":"t","expires_on":1767225000})");
  EXPECT_EQ(error_of(alone()).code, Code::response_malformed);
}

}  // namespace
}  // namespace kvlaunch::test
