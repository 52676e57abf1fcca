#include "launcher/process/owner.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace kvlaunch {
namespace {

constexpr std::string_view passwd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "ann:x:1000:1000::/home/ann:/bin/sh\n"
    "clerk:x:1001:100::/home/clerk:/bin/sh\n";

TEST(PrivateGroup, bears_the_name_of_its_user_and_has_no_other_member) {
  EXPECT_TRUE(is_private_group(1000, 1000, passwd, "ann:x:1000:\n"));
  EXPECT_TRUE(is_private_group(1000, 1000, passwd, "ann:x:1000:ann\n"));
  EXPECT_FALSE(is_private_group(1000, 1000, passwd, "ann:x:1000:clerk\n"));
  EXPECT_FALSE(is_private_group(1000, 1000, passwd, "staff:x:1000:\n"));
}

TEST(PrivateGroup, is_the_primary_group_of_nobody_else) {
  const std::string shared = std::string{passwd} + "visitor:x:1002:1000::/:/bin/sh\n";
  EXPECT_FALSE(is_private_group(1000, 1000, shared, "ann:x:1000:\n"));
  EXPECT_FALSE(is_private_group(1001, 1000, passwd, "clerk:x:1000:\n"));
}

TEST(PrivateGroup, of_a_user_without_an_entry_has_the_number_of_the_user) {
  EXPECT_TRUE(is_private_group(5000, 5000, passwd, ""));
  EXPECT_FALSE(is_private_group(5000, 100, passwd, ""));
  EXPECT_FALSE(is_private_group(5000, 5000, passwd, "crew:x:5000:ann\n"));
}

TEST(CurrentOwner, is_the_effective_user) {
  EXPECT_EQ(current_owner().effective_user, ::geteuid());
  EXPECT_EQ(current_owner().effective_group, ::getegid());
}

}  // namespace
}  // namespace kvlaunch
