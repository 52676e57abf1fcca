#include "launcher/base/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;

Environment environment_of(std::initializer_list<const char*> entries) {
  std::vector<const char*> block{entries};
  block.push_back(nullptr);
  return Environment::from_block(block.data());
}

TEST(Environment, keeps_order_duplicates_and_strings_without_an_equals_sign) {
  EXPECT_THAT(environment_of({"B=1", "odd", "A=2", "B=3"}).entries(),
              ElementsAre("B=1", "odd", "A=2", "B=3"));
}

TEST(Environment, finds_the_first_duplicate_as_getenv_does) {
  EXPECT_EQ(environment_of({"A=1", "A=2"}).get("A"), "1");
}

TEST(Environment, leaves_one_entry_where_a_variable_is_set) {
  auto environment = environment_of({"A=1", "B=2", "A=3"});
  environment.set("A", "new");
  EXPECT_THAT(environment.entries(), ElementsAre("A=new", "B=2"));
}

TEST(Environment, drops_every_duplicate_of_an_unset_variable) {
  auto environment = environment_of({"A=1", "AB=2", "A=3", "A"});
  environment.unset("A");
  EXPECT_THAT(environment.entries(), ElementsAre("AB=2", "A"));
}

TEST(Environment, tells_empty_from_unset) {
  const auto environment = environment_of({"A="});
  EXPECT_EQ(environment.get("A"), "");
  EXPECT_FALSE(environment.get_non_empty("A"));
  EXPECT_FALSE(environment.get("B"));
}

TEST(VariableName, is_what_every_shell_carries_on) {
  EXPECT_TRUE(is_variable_name("_a9"));
  EXPECT_FALSE(is_variable_name("9a"));
  EXPECT_FALSE(is_variable_name("a-b"));
  EXPECT_FALSE(is_variable_name(""));
}

}  // namespace
}  // namespace kvlaunch
