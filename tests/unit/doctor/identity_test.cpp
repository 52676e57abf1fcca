// What is said of each provider, and which one `run` would use.
#include "launcher/doctor/identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_world.hpp"
#include "tests/unit/doctor/findings.hpp"

namespace kvlaunch::doctor {
namespace {

using kvlaunch::test::FakeCommands;
using kvlaunch::test::FakeTransport;
using kvlaunch::test::FakeWorld;
using testing::HasSubstr;
using testing::Not;

constexpr const char* scope = "https://vault.azure.net/.default";

struct IdentityExamination : testing::Test {
  Findings examine(const IdentitySpec& spec = IdentitySpec{.label = "auto"}) {
    World world = fake.world();
    return examine_identity(spec, ProviderSettings{}, scope, world, fake.deadline());
  }
  void set_up_environment(int status, const std::string& body) {
    fake.environment.set("AZURE_TENANT_ID", "contoso");
    fake.environment.set("AZURE_CLIENT_ID", "the-app");
    fake.environment.set("AZURE_CLIENT_SECRET", "s3cret");
    fake.transport.on("/oauth2/v2.0/token",
                      [=](const HttpRequest&) { return FakeTransport::response(status, body); });
  }
  void give_token() {
    set_up_environment(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":")" +
                                test::app_token("contoso") + R"("})");
  }

  FakeWorld fake;
};

TEST_F(IdentityExamination, says_which_provider_run_uses_and_who_its_token_is_for) {
  give_token();
  const Finding finding = test::of_subject(examine(), "environment");
  EXPECT_EQ(finding.verdict, Verdict::fine);
  EXPECT_EQ(finding.seen, "gives a token for app the-app of tenant contoso; run uses this one");
}

TEST_F(IdentityExamination, says_of_every_absent_provider_why) {
  const Findings findings = examine();
  for (const char* name : {"environment", "workload identity", "managed identity", "Azure CLI"}) {
    EXPECT_EQ(test::of_subject(findings, name).verdict, Verdict::skipped) << name;
  }
  EXPECT_THAT(test::of_subject(findings, "managed identity").seen, HasSubstr("169.254.169.254"));
}

TEST_F(IdentityExamination, makes_one_problem_of_nobody_being_there) {
  const Findings findings = examine();
  EXPECT_EQ(exit_code_of(findings), 77);
  const Finding finding = test::of_subject(findings, "auto");
  EXPECT_EQ(finding.code, Code::identity_unavailable);
  EXPECT_FALSE(finding.next_step.empty());
}

TEST_F(IdentityExamination, goes_on_behind_a_refused_provider_and_says_that_run_does_not) {
  set_up_environment(401, R"({"error":"invalid_client","error_codes":[7000215]})");
  const Findings findings = examine();
  const Finding refused = test::of_subject(findings, "environment");
  EXPECT_EQ(refused.verdict, Verdict::problem);
  EXPECT_EQ(refused.code, Code::identity_refused);
  EXPECT_THAT(refused.details, testing::Contains(HasSubstr("run stops here")));
  EXPECT_EQ(test::of_subject(findings, "Azure CLI").verdict, Verdict::skipped);
  EXPECT_EQ(test::of_subject(findings, "auto").subject, "(none)");
}

TEST_F(IdentityExamination, tries_what_the_selection_leaves_out_and_says_so) {
  give_token();
  fake.environment.set("AZURE_TOKEN_CREDENTIALS", "dev");
  const Finding finding = test::of_subject(examine(), "environment");
  EXPECT_THAT(finding.seen, HasSubstr("run does not come to it"));
}

TEST_F(IdentityExamination, asks_only_the_provider_that_is_named) {
  give_token();
  const Findings findings =
      examine(IdentitySpec{.type = IdentitySpec::Type::environment, .label = "environment"});
  EXPECT_THAT(findings, testing::SizeIs(1));
}

TEST_F(IdentityExamination, calls_a_selection_nobody_knows_a_problem) {
  fake.environment.set("AZURE_TOKEN_CREDENTIALS", "nonsense");
  EXPECT_EQ(exit_code_of(examine()), 78);
}

TEST_F(IdentityExamination, measures_each_provider) {
  fake.environment.set("PATH", "/usr/bin");
  fake.commands.install("/usr/bin", "az", [&](const CommandRequest&) {
    fake.clock.advance(Milliseconds{1500});
    return FakeCommands::failed(1, "Please run 'az login' to setup account.");
  });
  EXPECT_EQ(test::of_subject(examine(), "Azure CLI").took, Milliseconds{1500});
}

TEST_F(IdentityExamination, bounds_a_provider_that_takes_all_the_time_it_is_given) {
  fake.transport.on("http://169.254.169.254", [](const HttpRequest&) -> Result<HttpResponse> {
    return Error{.code = Code::connect_failure, .message = "nothing answers"};
  });
  const Findings findings = examine(
      IdentitySpec{.type = IdentitySpec::Type::managed_identity, .label = "managed-identity"});
  ASSERT_THAT(findings, testing::SizeIs(1));
  EXPECT_EQ(findings[0].verdict, Verdict::problem);
  EXPECT_LE(findings[0].took, Milliseconds{15'000});
  EXPECT_THAT(findings[0].next_step, Not(HasSubstr("--timeout")));
}

TEST_F(IdentityExamination, shows_neither_token_nor_secret) {
  give_token();
  for (const Finding& finding : examine()) {
    EXPECT_THAT(finding.seen, Not(HasSubstr(test::signature_mark)));
    EXPECT_THAT(finding.seen, Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace kvlaunch::doctor
