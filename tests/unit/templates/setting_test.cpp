// What settings expand to. Every expectation was compared with Jinja2 3.1 (StrictUndefined,
// keep_trailing_newline) with `env` as a function of the same meaning.
#include "templates/setting.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

Environment example() {
  Environment environment;
  environment.set("NAME", "Value");
  environment.set("EMPTY", "");
  environment.set("BLANKS", " \t\n x y \r\n");
  environment.set("PATHLIKE", "a/b c/d&e~f");
  environment.set("WIDE", "\xE2\x80\x83h\xC3\xA9\xC2\xA0");
  return environment;
}

std::string expanded(std::string_view text) {
  const auto result = expand_setting(text, example());
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? result.value() : "";
}

TEST(Setting, leaves_text_without_tags_as_it_is) {
  EXPECT_EQ(expanded("contoso-dev"), "contoso-dev");
  EXPECT_EQ(expanded(""), "");
  EXPECT_EQ(expanded(" a } }} %} #} { $x \n"), " a } }} %} #} { $x \n");
}

TEST(Setting, puts_a_variable_in_its_place) {
  EXPECT_EQ(expanded("{{ env(\"NAME\") }}"), "Value");
  EXPECT_EQ(expanded("a-{{env('NAME')}}-b{{ env('NAME',) }}"), "a-Value-bValue");
}

TEST(Setting, takes_an_empty_variable_for_set) {
  EXPECT_EQ(expanded("[{{ env('EMPTY', 'x') }}]"), "[]");
}

TEST(Setting, uses_the_default_of_an_unset_variable) {
  EXPECT_EQ(expanded("{{ env('NONE', 'dev') }}"), "dev");
  EXPECT_EQ(expanded("{{ env('NONE', default='dev') }}"), "dev");
  EXPECT_EQ(expanded("{{ env('NONE', env('NAME')) }}"), "Value");
  EXPECT_EQ(expanded("{{ env('NONE') | default('dev') }}"), "dev");
  EXPECT_EQ(expanded("{{ env('NONE') | d }}"), "");
}

TEST(Setting, replaces_what_is_empty_only_where_default_is_told_to) {
  EXPECT_EQ(expanded("{{ env('EMPTY') | default('x') }}"), "");
  EXPECT_EQ(expanded("{{ env('EMPTY') | default('x', true) }}"), "x");
  EXPECT_EQ(expanded("{{ env('EMPTY') | default(boolean=True, default_value='x') }}"), "x");
  EXPECT_EQ(expanded("{{ 0 | default('x', 1) }}"), "x");
}

TEST(Setting, ignores_the_default_of_a_variable_that_is_set) {
  EXPECT_EQ(expanded("{{ env('NAME', env('NONE')) }}"), "Value");
}

TEST(Setting, joins_with_a_tilde) {
  EXPECT_EQ(expanded("{{ 'a' ~ env('NAME') ~ 1 ~ true }}"), "aValue1True");
  EXPECT_EQ(expanded("{{ 'a' 'b' \"c\" }}"), "abc");
}

TEST(Setting, binds_filters_closer_than_the_tilde) {
  EXPECT_EQ(expanded("{{ 'a' ~ 'b' | upper }}"), "aB");
  EXPECT_EQ(expanded("{{ ('a' ~ 'b') | upper }}"), "AB");
  EXPECT_EQ(expanded("{{ 'a' 'b' | upper }}"), "AB");
}

TEST(Setting, changes_case_of_ascii) {
  EXPECT_EQ(expanded("{{ env('NAME') | upper }}{{ env('NAME') | lower }}"), "VALUEvalue");
  EXPECT_EQ(expanded("{{ true | upper }}"), "TRUE");
}

TEST(Setting, trims_white_space_as_python_does) {
  EXPECT_EQ(expanded("[{{ env('BLANKS') | trim }}]"), "[x y]");
  EXPECT_EQ(expanded("[{{ env('WIDE') | trim }}]"), "[h\xC3\xA9]");
  EXPECT_EQ(expanded("[{{ '\\x1c\\x85a\\u2028' | trim }}]"), "[a]");
}

TEST(Setting, trims_the_characters_given) {
  EXPECT_EQ(expanded("{{ '/a/b//' | trim('/') }}"), "a/b");
  EXPECT_EQ(expanded("{{ '\xC3\xA9-a-\xC3\xA9' | trim('-\xC3\xA9') }}"), "a");
  EXPECT_EQ(expanded("[{{ ' a ' | trim('') }}]"), "[ a ]");
}

TEST(Setting, replaces_all_or_as_many_as_told) {
  EXPECT_EQ(expanded("{{ 'a.b.c' | replace('.', '-') }}"), "a-b-c");
  EXPECT_EQ(expanded("{{ 'a.b.c' | replace('.', '-', 1) }}"), "a-b.c");
  EXPECT_EQ(expanded("{{ 'a.b.c' | replace('.', '-', 0) }}"), "a.b.c");
  EXPECT_EQ(expanded("{{ 'aaa' | replace('aa', 'b') }}"), "ba");
  EXPECT_EQ(expanded("{{ 101 | replace(1, 2) }}"), "202");
}

TEST(Setting, encodes_for_urls) {
  EXPECT_EQ(expanded("{{ env('PATHLIKE') | urlencode }}"), "a/b%20c/d%26e~f");
  EXPECT_EQ(expanded("{{ env('PATHLIKE') | uricomponent }}"), "a%2Fb%20c%2Fd%26e~f");
  EXPECT_EQ(expanded("{{ 'h\xC3\xA9' | urlencode | string }}"), "h%C3%A9");
}

TEST(Setting, strips_white_space_where_a_tag_has_a_minus) {
  EXPECT_EQ(expanded("a \n {{- 'b' -}} \xE2\x80\x83 c"), "abc");
  EXPECT_EQ(expanded("a {{+ 'b' }} c"), "a b c");
  EXPECT_EQ(expanded("{{ 'a' -}} \n {{- 'b' }}"), "ab");
}

TEST(Setting, leaves_comments_out) {
  EXPECT_EQ(expanded("a {# env('NONE') }} #} b"), "a  b");
  EXPECT_EQ(expanded("a {#- x -#} b"), "ab");
  EXPECT_EQ(expanded("a {#-#} b"), "a b");
}

TEST(Setting, reads_escapes_of_strings_as_python_does) {
  EXPECT_EQ(expanded("{{ '\\n\\t\\\\\\'\\\"' }}"), "\n\t\\'\"");
  EXPECT_EQ(expanded("{{ '\\x41\\u00e9\\U0001F600\\101' }}"),
            "A\xC3\xA9\xF0\x9F\x98\x80"
            "A");
  EXPECT_EQ(expanded("{{ '\\d\\/' }}"), "\\d\\/");
  EXPECT_EQ(expanded("{{ 'a\\\nb' }}"), "ab");
}

TEST(Setting, finds_the_end_of_a_tag_past_strings_and_brackets) {
  EXPECT_EQ(expanded("{{ '}}' }}"), "}}");
  EXPECT_EQ(expanded("{{ \"{{\" }}x{{ '{%' }}"), "{{x{%");
}

TEST(Setting, makes_every_line_end_a_line_feed) {
  EXPECT_EQ(expanded("a\r\nb\rc\n"), "a\nb\nc\n");
  EXPECT_EQ(expanded("{{ 'a\r\nb' }}"), "a\nb");
}

TEST(Setting, keeps_values_of_variables_byte_for_byte) {
  EXPECT_EQ(expanded("{{ env('BLANKS') }}"), " \t\n x y \r\n");
}

TEST(Setting, never_interprets_a_value_again) {
  Environment environment;
  environment.set("TEMPLATE", "{{ env('OTHER') }}");
  EXPECT_EQ(expand_setting("{{ env('TEMPLATE') }}", environment).value(), "{{ env('OTHER') }}");
}

TEST(Setting, knows_tags_by_their_opening) {
  EXPECT_TRUE(has_template_tag("a{{"));
  EXPECT_TRUE(has_template_tag("{%"));
  EXPECT_TRUE(has_template_tag("{#"));
  EXPECT_FALSE(has_template_tag("{ { }} %}"));
}

}  // namespace
}  // namespace kvlaunch
