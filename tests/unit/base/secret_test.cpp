#include "launcher/base/secret.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace kvlaunch {
namespace {

TEST(Secret, reveals_the_bytes_it_was_made_from) {
  EXPECT_EQ(Secret{std::string_view("a\0b", 3)}.reveal(), std::string_view("a\0b", 3));
}

TEST(Secret, is_empty_after_it_was_moved_from) {
  Secret first{"value"};
  const Secret second{std::move(first)};
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.reveal(), "value");
}

TEST(Secret, gives_up_its_old_bytes_when_overwritten) {
  Secret first{"old"};
  first = Secret{"new"};
  EXPECT_EQ(first.reveal(), "new");
}

TEST(Secret, prints_as_a_placeholder_in_test_reports) {
  EXPECT_EQ(testing::PrintToString(Secret{"hunter2"}), "<secret>");
}

TEST(Secret, compares_by_content) {
  EXPECT_TRUE(Secret{"same"}.equals("same"));
  EXPECT_FALSE(Secret{"same"}.equals("sane"));
  EXPECT_FALSE(Secret{"same"}.equals("longer"));
}

TEST(SecretWriter, keeps_all_pieces_in_order_while_it_grows) {
  SecretWriter writer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    writer.append(std::to_string(i));
    expected += std::to_string(i);
  }
  EXPECT_EQ(writer.take().reveal(), expected);
  EXPECT_EQ(writer.size(), 0U);
}

}  // namespace
}  // namespace kvlaunch
