// Tokens and their places, which later parsers build on.
#include "templates/lexer.hpp"

#include <gtest/gtest.h>

namespace kvlaunch::templates {
namespace {

std::string spelled(std::string_view text) {
  const auto tokens = tokenize(text);
  if (!tokens) return "error: " + tokens.error().message;
  std::string all;
  for (const auto& token : *tokens) {
    all += describe(token);
    if (token.kind == TokenKind::text || token.kind == TokenKind::string) {
      all += "(" + token.value + ")";
    }
    all += ' ';
  }
  return all;
}

TEST(Lexer, splits_text_and_tags) {
  EXPECT_EQ(spelled("a{{ b|c }}d"),
            "text(a) '{{' 'b' '|' 'c' the end of the tag text(d) the end of the text ");
}

TEST(Lexer, reads_blocks_for_the_templates_to_come) {
  EXPECT_EQ(spelled("{%- if x == 1 +%}\n"),
            "'{%' 'if' 'x' '==' a number the end of the tag text(\n) the end of the text ");
}

TEST(Lexer, takes_the_longest_symbol) {
  EXPECT_EQ(spelled("{{ a//b**c }}"),
            "'{{' 'a' '//' 'b' '**' 'c' the end of the tag the end of the text ");
}

TEST(Lexer, does_not_end_a_tag_inside_brackets) {
  EXPECT_EQ(spelled("{{ {'a':{}} }}"),
            "'{{' '{' a string(a) ':' '{' '}' '}' the end of the tag the end of the text ");
}

TEST(Lexer, says_where_each_token_stands) {
  const auto tokens = tokenize("ab{{  'c' }}");
  ASSERT_TRUE(tokens.ok());
  const Token& literal = (*tokens)[2];
  EXPECT_EQ(literal.span.offset, 6U);
  EXPECT_EQ(literal.span.length, 3U);
  EXPECT_EQ(literal.span.tag, 2U);
}

TEST(Lexer, leaves_a_lone_brace_to_the_text) {
  EXPECT_EQ(spelled("a{b}{"), "text(a{b}{) the end of the text ");
}

TEST(Lexer, names_the_bracket_that_is_missing) {
  const auto tokens = tokenize("{{ ([) }}");
  ASSERT_FALSE(tokens.ok());
  EXPECT_EQ(tokens.error().hint, "close with ']' first");
}

}  // namespace
}  // namespace kvlaunch::templates
