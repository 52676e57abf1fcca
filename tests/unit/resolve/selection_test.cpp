#include "launcher/resolve/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const WallTime now{std::chrono::seconds{1'767'225'600}};

SecretItem item(const std::string& name) {
  return SecretItem{.name = name};
}

TEST(Selection, matches_the_prefix_ignoring_case) {
  const EnvFromEntry entry{.prefix = "app-"};
  const auto selected =
      select_secrets({item("app-a"), item("APP-B"), item("ap"), item("x-app-c")}, entry, now);
  EXPECT_THAT(selected.names, ElementsAre("app-a", "APP-B"));
}

TEST(Selection, wants_every_tag_with_its_value) {
  SecretItem both = item("both");
  both.tags = {{"team", "web"}, {"stage", "prod"}, {"more", "x"}};
  SecretItem one = item("one");
  one.tags = {{"team", "web"}};
  SecretItem other = item("other");
  other.tags = {{"team", "WEB"}, {"stage", "prod"}};
  const EnvFromEntry entry{.tags = {{"team", "web"}, {"stage", "prod"}}};
  EXPECT_THAT(select_secrets({both, one, other}, entry, now).names, ElementsAre("both"));
}

TEST(Selection, leaves_out_and_names_what_cannot_be_used) {
  SecretItem disabled = item("disabled");
  disabled.attributes.enabled = false;
  SecretItem early = item("early");
  early.attributes.not_before = now + std::chrono::seconds{1};
  SecretItem certificate = item("certificate");
  certificate.backs_certificate = true;
  SecretItem valid = item("valid");
  valid.attributes.not_before = now;
  const auto selected =
      select_secrets({disabled, early, certificate, valid}, EnvFromEntry{.all = true}, now);
  EXPECT_THAT(selected.names, ElementsAre("valid"));
  EXPECT_THAT(selected.left_out, ElementsAre("disabled: disabled", "early: not yet valid",
                                             "certificate: backs a certificate"));
}

TEST(Selection, keeps_expired_secrets_so_that_they_fail_loudly) {
  SecretItem expired = item("expired");
  expired.attributes.expires = now - std::chrono::seconds{1};
  EXPECT_THAT(select_secrets({expired}, EnvFromEntry{.all = true}, now).names,
              ElementsAre("expired"));
}

TEST(Selection, drops_the_excluded_by_secret_or_by_variable) {
  const EnvFromEntry entry{.all = true, .exclude = {"DB-password", "API_KEY"}};
  const auto selected =
      select_secrets({item("db-Password"), item("api-key"), item("rest")}, entry, now);
  EXPECT_THAT(selected.names, ElementsAre("rest"));
  EXPECT_THAT(selected.left_out, IsEmpty());
}

TEST(VariableName, is_upper_case_with_underscores) {
  EXPECT_EQ(variable_name_for("ConnectionStrings--Main-Db", EnvFromEntry{}),
            "CONNECTIONSTRINGS__MAIN_DB");
}

TEST(VariableName, keeps_its_case_under_snake) {
  EXPECT_EQ(variable_name_for("Main-Db", EnvFromEntry{.rename = EnvFromEntry::Rename::snake}),
            "Main_Db");
}

TEST(VariableName, loses_its_prefix_in_any_case_and_gains_the_other_as_written) {
  EXPECT_EQ(variable_name_for("App-Key", EnvFromEntry{.prefix = "app-", .strip_prefix = true}),
            "KEY");
  EXPECT_EQ(variable_name_for("App-Key", EnvFromEntry{.prefix = "app-"}), "APP_KEY");
  EXPECT_EQ(variable_name_for("key", EnvFromEntry{.add_prefix = "my_"}), "my_KEY");
}

TEST(VariableName, must_be_an_identifier) {
  const EnvFromEntry entry{.where = {.file = "kvlaunch.yaml", .line = 4}};
  for (const char* variable : {"", "1ST", "A.B", "A B"}) {
    const auto problem = problem_with_variable(variable, "x", entry);
    ASSERT_TRUE(problem) << variable;
    EXPECT_EQ(problem->code, Code::variable_name);
    EXPECT_EQ(problem->location->line, 4);
  }
  EXPECT_FALSE(problem_with_variable("A_1", "a-1", entry));
}

TEST(VariableName, may_be_forbidden_unless_allowed_by_name) {
  const auto problem = problem_with_variable("LD_PRELOAD", "ld-preload", EnvFromEntry{});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->code, Code::variable_forbidden);
  EXPECT_THAT(problem->message, HasSubstr("LD_PRELOAD"));
  EXPECT_THAT(problem->hint, HasSubstr("allow"));
  EXPECT_FALSE(
      problem_with_variable("LD_PRELOAD", "ld-preload", EnvFromEntry{.allow = {"LD_PRELOAD"}}));
  EXPECT_TRUE(problem_with_variable("LD_AUDIT", "ld-audit", EnvFromEntry{.allow = {"LD_PRELOAD"}}));
}

TEST(VariableName, is_never_PATH_even_where_that_is_allowed) {
  const auto problem = problem_with_variable("PATH", "path", EnvFromEntry{.allow = {"PATH"}});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->code, Code::variable_forbidden);
}

TEST(VariableName, shows_no_control_characters_of_a_members_name) {
  const auto problem = problem_with_variable("A\x1B[2J", "a\x1B[2J", EnvFromEntry{});
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->message, Not(HasSubstr("\x1B")));
}

TEST(Members, of_json_are_text_numbers_and_compact_json_without_nulls) {
  const auto members = read_members(
      R"({"text":"a\nb","number":1.50,"flag":true,"list":[1, 2],"map":{"k": "v"},"none":null})",
      EnvFromEntry{}, "secret 'x'");
  ASSERT_TRUE(members.ok());
  std::vector<std::string> shown;
  for (const auto& member : *members) {
    shown.push_back(member.name + "=" + std::string{member.value.reveal()});
  }
  EXPECT_THAT(shown, ElementsAre("text=a\nb", "number=1.50", "flag=true", "list=[1,2]",
                                 "map={\"k\":\"v\"}"));
}

TEST(Members, are_refused_where_the_value_is_no_object) {
  for (const char* value : {"hunter2", "[\"hunter2\"]", "\"hunter2\"", "", "{\"hunter2\""}) {
    const auto members = read_members(value, EnvFromEntry{}, "secret 'x'");
    ASSERT_FALSE(members.ok()) << value;
    EXPECT_EQ(members.error().code, Code::value_unusable);
    EXPECT_THAT(members.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(Members, of_dotenv_are_its_assignments) {
  EnvFromEntry entry;
  entry.format = EnvFromEntry::MemberFormat::dotenv;
  const auto members = read_members("A=1\n# comment\nb='two words'\n", entry, "secret 'x'");
  ASSERT_TRUE(members.ok());
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ((*members)[0].name, "A");
  EXPECT_TRUE((*members)[1].value.equals("two words"));
}

TEST(Members, of_broken_dotenv_are_named_by_line_alone) {
  EnvFromEntry entry{.where = {.file = "kvlaunch.yaml", .line = 4}};
  entry.format = EnvFromEntry::MemberFormat::dotenv;
  const auto members = read_members("A=1\nhunter2\n", entry, "secret 'x' in v");
  ASSERT_FALSE(members.ok());
  EXPECT_EQ(members.error().code, Code::value_unusable);
  EXPECT_THAT(members.error().message, HasSubstr("secret 'x' in v, line 2"));
  EXPECT_THAT(members.error().message, Not(HasSubstr("hunter2")));
  EXPECT_EQ(members.error().location->file, "kvlaunch.yaml");
  EXPECT_EQ(members.error().location->excerpt, "");
}

}  // namespace
}  // namespace kvlaunch
