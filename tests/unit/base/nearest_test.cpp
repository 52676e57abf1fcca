#include "launcher/base/nearest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kvlaunch {
namespace {

TEST(Nearest, finds_a_misspelt_word) {
  EXPECT_EQ(nearest("idenitty", {"identity", "identities", "env"}), "identity");
  EXPECT_EQ(nearest("VAULT", {"vault", "vaults"}), "vault");
}

TEST(Nearest, suggests_nothing_far_away) {
  EXPECT_EQ(nearest("replicas", {"env", "vault"}), "");
}

TEST(Nearest, does_not_turn_a_short_word_into_any_other) {
  EXPECT_EQ(nearest("a", {"b", "c"}), "");
}

TEST(Nearest, gives_up_on_a_word_that_nobody_typed) {
  EXPECT_EQ(nearest(std::string(100'000, 'x'), {"vault"}), "");
}

}  // namespace
}  // namespace kvlaunch
