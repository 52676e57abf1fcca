#include <gtest/gtest.h>

#include "tests/unit/yaml/reading.hpp"

namespace kvlaunch::yaml {
namespace {

struct Trap {
  const char* name;
  const char* text;
  int line;
  int column;
  const char* hint;  // a part of it
};

void PrintTo(const Trap& trap, std::ostream* out) {
  *out << trap.name;
}

class Traps : public testing::TestWithParam<Trap> {};

TEST_P(Traps, get_a_place_and_a_hint_of_their_own) {
  const Errors problems = problems_of(GetParam().text);
  ASSERT_FALSE(problems.empty());
  const Error& error = problems.front();
  EXPECT_EQ(error.code, Code::manifest_syntax);
  EXPECT_EQ(error.location->line, GetParam().line);
  EXPECT_EQ(error.location->column, GetParam().column);
  EXPECT_NE(error.hint.find(GetParam().hint), std::string::npos) << error.hint;
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, Traps,
    testing::Values(
        Trap{"template", "a: {{ env(\"X\") }}\n", 1, 4, "quote the value"},
        Trap{"template_with_text_behind", "a: {{ env(\"X\") }}/x\nb: 1\n", 1, 4, "quote the value"},
        Trap{"statement", "a: 1\nb: {% if x %}\n", 2, 4, "quote the value"},
        Trap{"template_comment", "a: {# x #}\nb: 1\nc: 2\n", 1, 4, "quote the value"},
        Trap{"template_in_a_list", "a:\n  - {{ env(\"X\") }}\n", 2, 5, "quote the value"},
        Trap{"at_sign", "a: @Microsoft.KeyVault(x)\n", 1, 4, "quote the value"},
        Trap{"backtick", "a: `x`\n", 1, 4, "quote the value"},
        Trap{"percent", "a: %x\n", 1, 4, "quote the value"},
        Trap{"pointer_as_comment", "a: kv:smtp #/user\n", 1, 4, "without a blank"},
        Trap{"pointer_as_comment_in_a_mapping", "a: { secret: smtp #/user\n}\n", 1, 14,
             "without a blank"},
        Trap{"tag", "a: !secret x\n", 1, 4, "remove the tag"},
        Trap{"tag_of_yaml", "a: !!str 1\n", 1, 4, "remove the tag"},
        Trap{"tag_without_name", "a: ! x\n", 1, 4, "remove the tag"},
        Trap{"tag_without_value", "a: !x\n", 1, 4, "remove the tag"},
        Trap{"merge_key", "x-b: &b { k: v }\na:\n  <<: *b\n", 3, 3, "use include"},
        Trap{"asterisk", "a: *.example.com\n", 1, 4, "begins with *"},
        Trap{"colon_in_value", "a: b: c\n", 1, 5, "quote a value"},
        Trap{"tab", "a:\n\tb: 1\n", 2, 3, "indent with blanks"},
        Trap{"open_quote_at_the_end", "a: \"abc\nb: 3\n", 1, 4, "close it"},
        Trap{"open_single_quote", "a: 'abc''\nb: 3\n", 1, 4, "close it"},
        Trap{"open_bracket", "a: [1, 2\nb: 3\n", 2, 2, "] at the end"},
        Trap{"text_behind_a_quote", "a: \"x\" y\n", 1, 8, "quote a whole value"},
        Trap{"list_behind_a_key", "a: - b\n", 1, 4, "line of its own"}),
    [](const testing::TestParamInfo<Trap>& trap) { return trap.param.name; });

TEST(Traps, leave_quoted_text_alone) {
  EXPECT_EQ(first_problem("a: \"{{ x }}\"\nb: '@x'\nc: 'kv:a #/b'\nd: \"!x\"\n"), "fine");
}

TEST(Traps, leave_a_pointer_without_blank_alone) {
  EXPECT_EQ(first_problem("a: kv:smtp#/user\nb: { secret: smtp#/user }\n"), "fine");
}

TEST(Traps, leave_comments_behind_ordinary_values_alone) {
  EXPECT_EQ(first_problem("a: plain #/comment\nb: kv:name # /comment\n"), "fine");
}

TEST(Traps, leave_text_in_block_scalars_alone) {
  EXPECT_EQ(first_problem("a: |\n  {{ x }}\n  @x\n  kv:a #/b\n"), "fine");
}

}  // namespace
}  // namespace kvlaunch::yaml
