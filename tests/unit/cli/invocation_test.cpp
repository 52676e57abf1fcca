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

}  // namespace
}  // namespace kvlaunch
