#include "launcher/cli/safe_text.hpp"

#include <gtest/gtest.h>

#include "launcher/base/json_syntax.hpp"
#include "launcher/cli/table.hpp"

namespace kvlaunch {
namespace {

TEST(SafeText, leaves_text_as_it_is) {
  EXPECT_EQ(safe_text("kv:a \"b\" \\ Größe 鍵 …"), "kv:a \"b\" \\ Größe 鍵 …");
}

TEST(SafeText, shows_what_would_drive_a_terminal) {
  EXPECT_EQ(safe_text("\x1b[31mred\n\x7f"), "\\x1b[31mred\\x0a\\x7f");
  EXPECT_EQ(safe_text("\xC2\x9B\xE2\x80\xAE"), "\\u009b\\u202e");
}

TEST(SafeText, shows_bytes_that_are_no_utf_8) {
  EXPECT_EQ(safe_text("bad\xff\xC3"), "bad\\xff\\xc3");
}

TEST(SafeText, keeps_the_cells_of_a_table_on_their_line) {
  EXPECT_EQ(text_of(Table{{"NAME"}, {{"a\nb"}}}), "NAME\na\\x0ab\n");
}

TEST(JsonQuoted, holds_utf_8_whatever_it_is_given) {
  EXPECT_EQ(json_quoted("bad\xff \"x\"\n"), R"("bad\ufffd \"x\"\u000a")");
  EXPECT_EQ(json_quoted("\xC2\x9B"), R"("\u009b")");
}

}  // namespace
}  // namespace kvlaunch
