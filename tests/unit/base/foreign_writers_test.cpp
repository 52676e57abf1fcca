#include "launcher/base/foreign_writers.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

constexpr Owner root{};
constexpr Owner ann{.effective_user = 1000, .effective_group = 1000, .group_is_private = true};
constexpr Owner clerk{.effective_user = 1001, .effective_group = 100};

TEST(ForeignWriters, are_not_root_and_the_user) {
  EXPECT_FALSE(foreign_writers({.mode = 0644}, ann).any());
  EXPECT_FALSE(foreign_writers({.owner = 1000, .mode = 0600}, ann).any());
  EXPECT_TRUE(foreign_writers({.owner = 1001, .mode = 0600}, ann).owner);
  EXPECT_TRUE(foreign_writers({.owner = 1000, .mode = 0600}, root).owner);
}

TEST(ForeignWriters, are_all_where_the_mode_says_so) {
  EXPECT_TRUE(foreign_writers({.mode = 0602}, root).everybody);
}

TEST(ForeignWriters, are_the_members_of_a_group_that_is_not_the_users_alone) {
  EXPECT_FALSE(foreign_writers({.owner = 1000, .group = 1000, .mode = 0660}, ann).any());
  EXPECT_TRUE(foreign_writers({.owner = 1000, .group = 100, .mode = 0660}, ann).group);
  EXPECT_TRUE(foreign_writers({.owner = 1001, .group = 100, .mode = 0660}, clerk).group);
}

TEST(ForeignWriters, are_the_members_of_any_group_for_root) {
  const Owner private_root{.group_is_private = true};
  EXPECT_TRUE(foreign_writers({.mode = 0660}, private_root).group);
  EXPECT_TRUE(foreign_writers({.mode = 0660}, clerk).group);
}

TEST(ForeignWriters, are_nobody_on_a_read_only_mount) {
  EXPECT_FALSE(foreign_writers({.owner = 7, .mode = 0666, .read_only_mount = true}, ann).any());
}

}  // namespace
}  // namespace kvlaunch
