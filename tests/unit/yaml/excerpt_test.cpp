#include <gtest/gtest.h>

#include "tests/unit/yaml/reading.hpp"

namespace kvlaunch::yaml {
namespace {

Location location_of(std::string_view text, Mark mark, int width, Token token) {
  const Source source = source_of(text);
  return Excerpts{source}.at(mark, width, token);
}

// The excerpt with the caret below it.
std::string shown(std::string_view text, Mark mark, int width = 0, Token token = Token::hidden) {
  const Location location = location_of(text, mark, width, token);
  return location.excerpt + "\n" +
         std::string(static_cast<std::size_t>(location.caret_column - 1), ' ') +
         std::string(static_cast<std::size_t>(location.caret_width), '^');
}

TEST(Excerpt, hides_a_value) {
  EXPECT_EQ(shown("PASSWORD: hunter2\n", {1, 11}),
            "PASSWORD: …\n"
            "          ^");
}

TEST(Excerpt, shows_the_offending_token_where_that_is_allowed) {
  EXPECT_EQ(shown("  scrub: secret # s3cret\n", {1, 10}, 0, Token::shown),
            "  scrub: secret\n"
            "         ^^^^^^");
}

TEST(Excerpt, shows_keys_and_hides_the_values_beside_them) {
  EXPECT_EQ(shown("a: { value: hunter2, trimm: true, b: [x, 'y'] }\n", {1, 22}, 5),
            "a: { value: …, trimm: …, b: […, …] }\n"
            "               ^^^^^");
}

TEST(Excerpt, leaves_comments_out) {
  EXPECT_EQ(shown("A: x # old: hunter2\n", {1, 1}, 1),
            "A: …\n"
            "^");
}

TEST(Excerpt, takes_the_rest_of_a_block_line_for_one_value) {
  EXPECT_EQ(shown("PASSWORD: hun: ter2 {a: b}\n", {1, 14}),
            "PASSWORD: …\n"
            "          ^");
}

TEST(Excerpt, hides_lines_of_a_block_scalar_with_their_colons) {
  EXPECT_EQ(shown("a:\n  content: |\n    user: hunter2\n  b: 1\n", {3, 5}),
            "    …\n"
            "    ^");
  EXPECT_EQ(shown("a:\n  content: |\n    user: hunter2\n  b: 1\n", {4, 3}, 1),
            "  b: …\n"
            "  ^");
}

TEST(Excerpt, hides_the_lines_of_a_quoted_text) {
  EXPECT_EQ(shown("a: \"x\n  user: hunter2\n  pw: b\" # c\nd: e\n", {2, 3}),
            "…\n"
            "^");
}

TEST(Excerpt, hides_a_template_but_for_its_brackets) {
  EXPECT_EQ(shown("a: {{ secret(\"x\") }}hunter2\n", {1, 4}, 2),
            "a: {{ … }}…\n"
            "   ^");
}

TEST(Excerpt, hides_text_without_a_blank_behind_its_colon) {
  EXPECT_EQ(shown("PASSWORD:hunter2\nB: c\n", {1, 1}), "…\n^");
}

TEST(Excerpt, hides_list_entries) {
  EXPECT_EQ(shown("- - hunter2\n", {1, 1}, 1), "- - …\n^");
}

TEST(Excerpt, counts_characters_and_not_bytes) {
  EXPECT_EQ(location_of("\"ü\": { é: x, trimm: y }\n", {1, 16}, 5, Token::hidden).caret_column, 14);
}

TEST(Excerpt, stays_short_on_a_long_line) {
  const std::string text = "{ " + repeated("key: v, ", 100) + "wrong: x }";
  const Location location = location_of(text, {1, 2 + 100 * 8 + 1}, 5, Token::hidden);
  EXPECT_LE(location.excerpt.size(), 500U);
  EXPECT_NE(location.excerpt.find("wrong: "), std::string::npos);
  EXPECT_LE(location.caret_column, 100);
}

TEST(Excerpt, is_left_out_for_a_line_that_nobody_reads) {
  const std::string text = "{ " + repeated("key: v, ", 5000) + "wrong: x }";
  EXPECT_EQ(location_of(text, {1, 3}, 3, Token::hidden).excerpt, "");
}

}  // namespace
}  // namespace kvlaunch::yaml
