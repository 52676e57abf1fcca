// What words and KVLAUNCH_* variables mean, and what is refused.
#include "launcher/cli/invocation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

Result<Invocation> read(const Words& words, const Environment& environment = {}) {
  std::vector<std::string> warnings;
  return read_invocation(words, environment, warnings);
}

Error refusal(const Words& words, const Environment& environment = {}) {
  const auto invocation = read(words, environment);
  EXPECT_FALSE(invocation.ok());
  return invocation.ok() ? Error{} : invocation.error();
}

TEST(Invocation, refuses_a_word_of_dashes_alone) {
  EXPECT_EQ(refusal({"---"}).code, Code::usage);
  EXPECT_EQ(refusal({"run", "----", "true"}).code, Code::usage);
}

TEST(Invocation, refuses_a_value_without_the_name_of_an_option) {
  EXPECT_EQ(refusal({"--=x"}).code, Code::usage);
}

TEST(Invocation, says_that_options_come_after_the_command) {
  const Error error = refusal({"-v", "run", "true"});
  EXPECT_EQ(error.code, Code::usage);
  EXPECT_THAT(error.hint, HasSubstr("kvlaunch run [options]"));
}

TEST(Invocation, says_of_a_later_command_that_it_is_one_whatever_follows) {
  EXPECT_EQ(refusal({"install", "--to", "/x"}).code, Code::not_yet);
}

TEST(Invocation, keeps_the_options_in_its_hint_without_their_values) {
  const Error error = refusal({"-e", "A=hidden", "sh"});
  EXPECT_THAT(error.hint, HasSubstr("kvlaunch [options] -- sh"));
  EXPECT_THAT(error.hint, testing::Not(HasSubstr("hidden")));
}

TEST(Invocation, suggests_the_command_that_was_meant) {
  EXPECT_THAT(refusal({"rnu", "sh"}).hint, HasSubstr("did you mean kvlaunch run?"));
  EXPECT_EQ(refusal({"node", "x"}).hint, "kvlaunch run node x");
}

TEST(Invocation, takes_letters_together) {
  const auto invocation = read({"run", "-ve", "A=1", "true"});
  ASSERT_TRUE(invocation.ok());
  EXPECT_TRUE(invocation->verbose);
  EXPECT_THAT(invocation->env_assignments, testing::ElementsAre("A=1"));
  EXPECT_THAT(invocation->target, testing::ElementsAre("true"));
  EXPECT_EQ(refusal({"run", "-vx", "true"}).message, "there is no option -x");
}

TEST(Invocation, shows_how_a_missing_value_is_written) {
  EXPECT_EQ(refusal({"run", "-e"}).hint, "write -e NAME=VALUE");
  EXPECT_EQ(refusal({"run", "--ca-file"}).hint, "write --ca-file VALUE");
  EXPECT_EQ(refusal({"run", "--ca-file=", "true"}).message, "--ca-file needs a value");
  EXPECT_EQ(refusal({"run", "-v=1", "true"}).message, "-v takes no value behind '='");
}

TEST(Invocation, takes_names_of_variables_only) {
  EXPECT_EQ(refusal({"run", "--resolve-env=1X", "true"}).message,
            "--resolve-env takes names of variables, separated by commas");
  EXPECT_TRUE(read({"run", "--resolve-env=X,Y", "true"}).ok());
}

TEST(Invocation, notes_an_option_whose_names_may_follow) {
  EXPECT_EQ(read({"run", "--resolve-env", "X", "--", "true"})->value_less, "resolve-env");
  EXPECT_EQ(read({"run", "--resolve-env", "--", "true"})->value_less, "");
}

TEST(Invocation, takes_an_option_only_where_it_means_something) {
  EXPECT_EQ(refusal({"run", "--online", "true"}).message, "--online is no option of kvlaunch run");
  EXPECT_EQ(refusal({"get", "--dry-run", "kv:x"}).message,
            "--dry-run is no option of kvlaunch get");
  EXPECT_EQ(refusal({"--force", "--", "true"}).message, "--force is no option of kvlaunch run");
  EXPECT_TRUE(read({"check", "--online"}).ok());
  EXPECT_TRUE(read({"token", "--resource=https://x.example"}).ok());
}

TEST(Invocation, names_all_options_that_a_command_does_not_take) {
  const auto invocation = read({"run", "--online", "--force", "true"});
  ASSERT_FALSE(invocation.ok());
  EXPECT_EQ(invocation.errors().size(), 2U);
}

TEST(Invocation, takes_a_variable_whatever_the_command) {
  Environment environment;
  environment.set("KVLAUNCH_DRY_RUN", "true");
  EXPECT_TRUE(read({"get", "kv:x"}, environment).ok());
}

TEST(Invocation, warns_of_variables_that_set_nothing) {
  Environment environment;
  environment.set("KVLAUNCH_ENV", "A=1");
  environment.set("KVLAUNCH_ENV_FILE", "x.env");
  environment.set("KVLAUNCH_TIMEOUT", "3s");
  std::vector<std::string> warnings;
  ASSERT_TRUE(read_invocation({"run", "true"}, environment, warnings).ok());
  EXPECT_THAT(warnings, testing::ElementsAre(HasSubstr("KVLAUNCH_ENV is no variable"),
                                             HasSubstr("KVLAUNCH_ENV_FILE is no variable")));
}

TEST(Invocation, suggests_no_variable_that_sets_nothing) {
  Environment environment;
  environment.set("KVLAUNCH_ENVFILE", "x.env");
  std::vector<std::string> warnings;
  ASSERT_TRUE(read_invocation({"run", "true"}, environment, warnings).ok());
  EXPECT_THAT(warnings, testing::ElementsAre(testing::Not(HasSubstr("KVLAUNCH_ENV_FILE"))));
}

Environment with_variables(std::initializer_list<std::pair<const char*, const char*>> variables) {
  Environment environment;
  for (const auto& [name, value] : variables) environment.set(name, value);
  return environment;
}

TEST(Invocation, leaves_a_connection_string_in_its_variable) {
  const auto invocation =
      read({"run", "true"}, with_variables({{"KVLAUNCH_CONNECTION_STRING", "RunAs=App"}}));
  ASSERT_TRUE(invocation.ok());
  EXPECT_TRUE(invocation->connection_string_in_variable);
  EXPECT_FALSE(invocation->connection_string);
}

TEST(Invocation, takes_an_empty_connection_string_for_one_that_was_given) {
  const auto environment = with_variables({{"KVLAUNCH_CONNECTION_STRING", "RunAs=App"}});
  for (const Words& words : {Words{"run", "--connection-string=", "true"},
                             Words{"run", "--connection-string", "", "true"}}) {
    const auto invocation = read(words, environment);
    ASSERT_TRUE(invocation.ok());
    EXPECT_EQ(invocation->connection_string, "");
    EXPECT_FALSE(invocation->connection_string_in_variable);
  }
  EXPECT_FALSE(read({"run", "true"}, with_variables({{"KVLAUNCH_CONNECTION_STRING", " "}}))
                   ->connection_string_in_variable);
}

TEST(Invocation, refuses_an_identity_and_a_connection_string_in_one_place) {
  EXPECT_THAT(
      refusal({"run", "--identity", "auto", "--connection-string", "RunAs=App", "true"}).message,
      HasSubstr("both say who to be"));
  EXPECT_THAT(
      refusal({"run", "true"}, with_variables({{"KVLAUNCH_IDENTITY", "auto"},
                                               {"KVLAUNCH_CONNECTION_STRING", "RunAs=App"}}))
          .message,
      HasSubstr("both say who to be"));
}

TEST(Invocation, lets_either_on_the_command_line_beat_the_variable_of_the_other) {
  const auto by_name = read({"run", "--identity", "azure-cli", "true"},
                            with_variables({{"KVLAUNCH_CONNECTION_STRING", "RunAs=App"}}));
  ASSERT_TRUE(by_name.ok());
  EXPECT_EQ(by_name->identity, "azure-cli");
  EXPECT_FALSE(by_name->connection_string_in_variable);
  const auto by_string = read({"run", "--connection-string", "RunAs=App", "true"},
                              with_variables({{"KVLAUNCH_IDENTITY", "azure-cli"}}));
  ASSERT_TRUE(by_string.ok());
  EXPECT_EQ(by_string->identity, "");
  EXPECT_EQ(by_string->connection_string, "RunAs=App");
}

}  // namespace
}  // namespace kvlaunch
