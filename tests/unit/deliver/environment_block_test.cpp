// The target's environment, checked against the rules of execve and against execve itself.
#include "launcher/deliver/environment_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace kvlaunch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Environment inherited(const std::vector<const char*>& entries) {
  std::vector<const char*> block{entries};
  block.push_back(nullptr);
  return Environment::from_block(block.data());
}

std::vector<Variable> variables(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<Variable> made;
  for (const auto& [name, value] : pairs) made.push_back(Variable{name, Secret{value}});
  return made;
}

std::vector<std::string> strings(EnvironmentBlock& block) {
  std::vector<std::string> all;
  for (const char* entry : block.pointers()) {
    if (entry != nullptr) all.emplace_back(entry);
  }
  return all;
}

std::vector<std::string> built(const Environment& base, std::vector<Variable> added) {
  auto block = EnvironmentBlock::build(base, std::move(added), {});
  EXPECT_TRUE(block.ok());
  return block.ok() ? strings(*block) : std::vector<std::string>{};
}

TEST(EnvironmentBlock, passes_inherited_entries_on_as_they_came) {
  EXPECT_THAT(built(inherited({"B=1", "A=2", "no-assignment", "A=3", "=x", "C="}), {}),
              ElementsAre("B=1", "A=2", "no-assignment", "A=3", "=x", "C="));
}

TEST(EnvironmentBlock, appends_new_variables_in_their_order) {
  EXPECT_THAT(built(inherited({"A=1"}), variables({{"Z", "26"}, {"B", ""}})),
              ElementsAre("A=1", "Z=26", "B="));
}

TEST(EnvironmentBlock, replaces_an_inherited_variable_in_its_place_and_drops_its_duplicates) {
  EXPECT_THAT(built(inherited({"A=1", "B=2", "A=3"}), variables({{"A", "new"}})),
              ElementsAre("A=new", "B=2"));
}

TEST(EnvironmentBlock, leaves_a_string_without_assignment_beside_a_variable_of_that_name) {
  EXPECT_THAT(built(inherited({"A"}), variables({{"A", "1"}})), ElementsAre("A", "A=1"));
}

TEST(EnvironmentBlock, emits_the_last_of_two_variables_of_one_name) {
  EXPECT_THAT(built({}, variables({{"A", "1"}, {"B", "2"}, {"A", "3"}})),
              ElementsAre("B=2", "A=3"));
}

TEST(EnvironmentBlock, keeps_line_ends_and_any_byte_but_nul) {
  EXPECT_THAT(built({}, variables({{"A", "x=\xFF\n\r\n"}})), ElementsAre("A=x=\xFF\n\r\n"));
}

TEST(EnvironmentBlock, ends_its_pointers_with_null) {
  auto block = EnvironmentBlock::build({}, {}, {});
  ASSERT_TRUE(block.ok());
  EXPECT_THAT(block->pointers(), ElementsAre(nullptr));
  EXPECT_EQ(block->size(), 0U);
}

TEST(EnvironmentBlock, names_the_variable_that_holds_a_nul) {
  std::vector<Variable> added;
  added.push_back(Variable{"KEYTAB", Secret{std::string_view{"hun\0ter2", 8}}});
  const auto block = EnvironmentBlock::build({}, std::move(added), {});
  ASSERT_FALSE(block.ok());
  EXPECT_EQ(block.error().code, Code::variable_nul);
  EXPECT_THAT(block.error().message, HasSubstr("KEYTAB"));
  EXPECT_THAT(block.error().message + block.error().hint, Not(HasSubstr("ter2")));
}

TEST(EnvironmentBlock, refuses_names_that_are_no_identifiers_without_showing_them) {
  for (const auto* const name : {"", "1A", "A-B", "A=B", "A B"}) {
    const auto block = EnvironmentBlock::build({}, variables({{name, "x"}}), {});
    ASSERT_FALSE(block.ok()) << name;
    EXPECT_EQ(block.error().code, Code::variable_name);
  }
}

TEST(EnvironmentBlock, reports_all_bad_variables_at_once) {
  std::vector<Variable> added = variables({{"BIG", std::string(131'072, 'x')}, {"1", "x"}});
  added.push_back(Variable{"NUL", Secret{std::string_view{"\0", 1}}});
  const auto block = EnvironmentBlock::build({}, std::move(added), {});
  ASSERT_FALSE(block.ok());
  ASSERT_EQ(block.errors().size(), 3U);
  EXPECT_EQ(block.errors()[0].code, Code::variable_too_large);
  EXPECT_THAT(block.errors()[0].message, HasSubstr("BIG"));
  EXPECT_EQ(block.errors()[2].code, Code::variable_nul);
}

TEST(EnvironmentBlock, takes_131071_bytes_in_one_string_and_no_more) {
  const auto outcome = [](std::size_t value_bytes) {
    return EnvironmentBlock::build({}, variables({{"NAME", std::string(value_bytes, 'x')}}), {})
        .ok();
  };
  EXPECT_TRUE(outcome(131'071 - 5));
  EXPECT_FALSE(outcome(131'072 - 5));
}

TEST(EnvironmentBlock, names_the_largest_variable_when_the_total_is_too_large) {
  ExecLimits limits;
  limits.total_bytes = 100;
  const auto block = EnvironmentBlock::build(
      {}, variables({{"SMALL", "x"}, {"LARGE", std::string(100, 'x')}}), {}, {}, limits);
  ASSERT_FALSE(block.ok());
  EXPECT_EQ(block.error().code, Code::environment_too_large);
  EXPECT_THAT(block.error().message, HasSubstr("LARGE"));
}

TEST(EnvironmentBlock, blames_arguments_and_inherited_variables_when_they_are_most_of_it) {
  ExecLimits limits;
  limits.total_bytes = 100;
  const std::vector<std::string> arguments{std::string(200, 'x')};
  const auto block = EnvironmentBlock::build({}, variables({{"A", "x"}}), arguments, {}, limits);
  ASSERT_FALSE(block.ok());
  EXPECT_THAT(block.error().message, HasSubstr("arguments and inherited"));
}

TEST(ExecLimits, are_a_quarter_of_the_stack_within_bounds) {
  EXPECT_EQ(ExecLimits::of_stack(8U << 20U).total_bytes, 2U << 20U);
  EXPECT_EQ(ExecLimits::of_stack(0).total_bytes, 128U << 10U);
  EXPECT_EQ(ExecLimits::of_stack(~std::size_t{0}).total_bytes, 6U << 20U);
}

// Runs /bin/true with a block that is `excess` bytes larger than the limit; errno of execve, or 0.
int execve_outcome(const ExecLimits& limits, int excess) {
  const std::string program = "/bin/true";
  std::vector<std::string> arguments{program};
  ExecLimits unlimited = limits;
  unlimited.total_bytes = ~std::size_t{0};
  std::size_t left = limits.total_bytes + static_cast<std::size_t>(excess);
  left -= 2 * (program.size() + 1) + 8;
  std::vector<Variable> added;
  for (int i = 0; left > 0; ++i) {
    const std::string name = "V" + std::to_string(i);
    const std::size_t overhead = name.size() + 2 + 8;
    std::size_t chunk = std::min<std::size_t>(left, 100'000);
    if (left - chunk < 100 && left != chunk) chunk -= 100;
    added.push_back(Variable{name, Secret{std::string(chunk - overhead, 'x')}});
    left -= chunk;
  }
  auto block = EnvironmentBlock::build({}, std::move(added), arguments, program, unlimited);
  EXPECT_TRUE(block.ok());
  auto environment = block->pointers();
  char* argv[] = {arguments[0].data(), nullptr};
  const pid_t child = fork();
  if (child == 0) {
    execve(program.c_str(), argv, environment.data());
    _exit(errno);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WEXITSTATUS(status);
}

TEST(ExecLimits, are_exactly_those_of_the_kernel) {
  const auto limits = ExecLimits::of_this_process();
  EXPECT_EQ(execve_outcome(limits, 0), 0);
  EXPECT_EQ(execve_outcome(limits, 1), E2BIG);
}

}  // namespace
}  // namespace kvlaunch
