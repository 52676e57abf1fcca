#include "providers/printable.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

TEST(ForeignText, is_cut_at_the_first_line_end) {
  EXPECT_EQ(first_line("one\r\ntwo"), "one");
  EXPECT_EQ(first_line(""), "");
}

TEST(ForeignText, cannot_drive_the_terminal) {
  EXPECT_EQ(first_line("a\x1B[31mb\tc\x7F"), "a?[31mb?c?");
  EXPECT_EQ(first_line("a\xC2\x9B"
                       "b"),
            "a?b");
}

TEST(ForeignText, keeps_other_languages_and_replaces_broken_bytes) {
  EXPECT_EQ(first_line("größe"), "größe");
  EXPECT_EQ(first_line("a\xFF"
                       "b\xC3"),
            "a?b?");
}

TEST(ForeignText, is_bounded_at_a_character_border) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "ä";
  const auto line = first_line(text);
  EXPECT_EQ(line.size(), longest_foreign_line + 3);
  EXPECT_TRUE(line.ends_with("ä..."));
}

TEST(ForeignText, is_dropped_when_it_repeats_a_secret) {
  EXPECT_EQ(first_line("the secret is s3cret", {"", "s3cret"}), "");
}

}  // namespace
}  // namespace kvlaunch
