// What holds for every developer's tool alike, so that a new one is held to it too.
#include "providers/developer_tool.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/tool_scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Tool {
  const char* program;
  CredentialFactory* make;
  const char* good_output;
};

class DeveloperTools : public ToolScene, public ::testing::WithParamInterface<Tool> {
 protected:
  DeveloperTools() : ToolScene{GetParam().make, GetParam().program} {}
};

TEST_P(DeveloperTools, that_are_not_installed_are_unavailable) {
  EXPECT_EQ(reason_of(alone()), std::string{GetParam().program} + " is not installed");
}

TEST_P(DeveloperTools, keep_the_users_variables_but_not_kvlaunchs_own_credentials) {
  scene.fake.environment.set("AZURE_CLIENT_SECRET", "s");
  scene.fake.environment.set("AZURE_PASSWORD", "p");
  scene.fake.environment.set("AzureServicesAuthConnectionString", "RunAs=App;AppKey=k");
  prints(GetParam().good_output);
  EXPECT_NE(token_of(alone()), "(no token)");
  const auto& environment = scene.fake.commands.runs().back().environment;
  EXPECT_EQ(environment.get("HOME"), "/home/u");
  EXPECT_FALSE(environment.contains("AZURE_CLIENT_SECRET"));
  EXPECT_FALSE(environment.contains("AZURE_PASSWORD"));
  EXPECT_FALSE(environment.contains("AzureServicesAuthConnectionString"));
}

TEST_P(DeveloperTools, are_never_looked_for_in_the_working_directory) {
  scene.fake.environment.set("PATH", ":relative:/home/u/bin:.");
  prints(GetParam().good_output);
  EXPECT_NE(token_of(alone()), "(no token)");
  EXPECT_EQ(scene.fake.commands.runs().back().environment.get("PATH"),
            "/usr/bin:/usr/local/bin:/home/u/bin");
}

TEST_P(DeveloperTools, that_hang_are_temporary_and_within_the_deadline_a_deadline) {
  runs([&](const CommandRequest& request) -> Result<CommandResult> {
    scene.fake.clock.advance(request.timeout);
    CommandResult result;
    result.timed_out = true;
    return result;
  });
  EXPECT_EQ(error_of(alone()).code, Code::identity_temporary);
  runs([&](const CommandRequest&) -> Result<CommandResult> {
    scene.fake.clock.advance(Milliseconds{80'000});
    CommandResult result;
    result.timed_out = true;
    return result;
  });
  EXPECT_EQ(error_of(alone()).code, Code::deadline);
}

TEST_P(DeveloperTools, that_print_without_end_are_cut_off) {
  runs([](const CommandRequest& request) -> Result<CommandResult> {
    EXPECT_LE(request.max_output_bytes, 1024U * 1024U);
    CommandResult result;
    result.output_too_large = true;
    return result;
  });
  EXPECT_EQ(error_of(alone()).code, Code::response_too_large);
}

TEST_P(DeveloperTools, in_a_chain_never_stop_the_others) {
  for (const char* text : {"ERROR: AADSTS700082: expired", "ERROR: CLIInternalError: x", "boom"}) {
    fails(1, text);
    EXPECT_NE(reason_of(chained()), "(not unavailable)") << text;
  }
  for (const char* output : {"no json", "{}", "[]", ""}) {
    prints(output);
    EXPECT_NE(reason_of(chained()), "(not unavailable)") << output;
  }
  runs([](const CommandRequest&) -> Result<CommandResult> {
    return Error{.message = "cannot run it"};
  });
  EXPECT_EQ(reason_of(chained()), "cannot run it");
}

TEST_P(DeveloperTools, are_given_no_value_that_looks_like_an_option) {
  prints(GetParam().good_output);
  scene.request.scope = "--debug";
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
  scene.request = {vault_scope, "-x", ""};
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
  EXPECT_THAT(scene.fake.commands.runs(), ::testing::IsEmpty());
}

TEST_P(DeveloperTools, say_how_they_ended_when_nothing_else_is_known) {
  fails(3, "something broke\n");
  EXPECT_EQ(error_of(alone()).message,
            std::string{GetParam().program} + " ended with exit code 3: something broke");
  runs([](const CommandRequest&) -> Result<CommandResult> {
    CommandResult result;
    result.signal = 9;
    return result;
  });
  EXPECT_THAT(error_of(alone()).message, HasSubstr("ended with signal 9"));
}

TEST_P(DeveloperTools, with_an_expired_token_are_an_error) {
  std::string output = GetParam().good_output;
  for (const auto& [date, past] :
       {std::pair{"1767229200", "1767225000"}, std::pair{"2026-01-01T01", "2025-12-31T01"}}) {
    if (const auto at = output.find(date); at != std::string::npos) {
      output.replace(at, std::string_view{date}.size(), past);
    }
  }
  prints(output);
  EXPECT_THAT(error_of(alone()).message, HasSubstr("has expired"));
}

TEST_P(DeveloperTools, take_AZURE_TENANT_ID_in_a_chain_only) {
  scene.fake.environment.set("AZURE_TENANT_ID", "contoso");
  prints(GetParam().good_output);
  scene.request.tenant = "fabrikam";
  EXPECT_THAT(reason_of(chained()), HasSubstr("fabrikam"));
  IdentitySpec spec;
  spec.type = GetParam().make == make_azure_cli          ? IdentitySpec::Type::azure_cli
              : GetParam().make == make_azure_powershell ? IdentitySpec::Type::azure_powershell
                                                         : IdentitySpec::Type::azure_developer_cli;
  EXPECT_NE(token_of(alone(spec)), "(no token)");
}

INSTANTIATE_TEST_SUITE_P(
    each, DeveloperTools,
    ::testing::Values(Tool{"az", make_azure_cli, R"({"accessToken":"t","expires_on":1767229200})"},
                      Tool{"azd", make_azure_developer_cli,
                           R"({"token":"t","expiresOn":"2026-01-01T01:00:00Z"})"},
                      Tool{"pwsh", make_azure_powershell,
                           R"({"Token":"t","ExpiresOn":1767229200})"}),
    [](const auto& each) { return std::string{each.param.program}; });

}  // namespace
}  // namespace kvlaunch::test
