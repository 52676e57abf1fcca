// What settings refuse, and how they say it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "templates/setting.hpp"

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Error refused(std::string_view text, const Environment& environment = {}) {
  const auto result = expand_setting(text, environment);
  EXPECT_FALSE(result.ok()) << text;
  return result.ok() ? Error{} : result.error();
}

std::string under_caret(const Error& error) {
  const auto& where = *error.location;
  // Columns of the excerpt are characters; "…" is one.
  std::string plain = where.excerpt;
  for (auto at = plain.find("…"); at != std::string::npos; at = plain.find("…")) {
    plain.replace(at, std::string_view{"…"}.size(), "?");
  }
  return plain.substr(static_cast<std::size_t>(where.caret_column) - 1,
                      static_cast<std::size_t>(where.caret_width));
}

TEST(SettingError, names_the_variable_that_is_not_set) {
  const auto error = refused("x-{{ env('REGION') | upper }}");
  EXPECT_EQ(error.code, Code::template_undefined);
  EXPECT_EQ(error.message, "the environment variable REGION is not set");
  EXPECT_EQ(error.hint, "set it, or give a default: env(\"REGION\", \"...\")");
  EXPECT_EQ(under_caret(error), "env('?')");
}

TEST(SettingError, does_not_let_an_unset_variable_pass_through_any_other_use) {
  for (const auto* const text : {"{{ env('A') }}", "{{ 'x' ~ env('A') }}", "{{ env('A') | trim }}",
                                 "{{ env('A') | string | default('x') }}", "{{ env(env('A')) }}",
                                 "{{ 'x' | replace(env('A'), 'y') }}", "{{ env('A', env('B')) }}",
                                 "{{ '' | default('x', env('A')) }}"}) {
    EXPECT_EQ(refused(text).code, Code::template_undefined) << text;
  }
}

TEST(SettingError, places_the_caret_by_line_and_column_of_the_text) {
  const auto error = refused("one\ntwo {{ 'a' | shout }}");
  EXPECT_EQ(error.location->line, 2);
  EXPECT_EQ(error.location->column, 14);
  EXPECT_EQ(error.location->excerpt, "{{ '…' | shout }}");
  EXPECT_EQ(error.location->caret_column, 10);
  EXPECT_EQ(error.location->caret_width, 5);
}

TEST(SettingError, shows_the_faulty_tag_alone_and_hides_its_strings) {
  const auto error = refused("hunter1 {{ 'hunter2' }} {{ \"hunter3\" ~ nothing }} hunter4");
  EXPECT_EQ(error.location->excerpt, "{{ \"…\" ~ nothing }}");
  EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter")));
}

TEST(SettingError, shows_only_the_opening_of_a_tag_that_is_not_closed) {
  for (const auto* const text : {"{{ env('A') hunter2", "{{ 'hunter2 }}", "{# hunter2", "{{"}) {
    const auto error = refused(text);
    EXPECT_EQ(error.code, Code::template_syntax);
    EXPECT_THAT(error.message, HasSubstr("not closed")) << text;
    EXPECT_THAT(error.location->excerpt, Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(SettingError, does_not_show_a_name_that_may_be_anything) {
  const auto error = refused("{{ env('hunter-2') }}");
  EXPECT_THAT(error.message + error.hint + error.location->excerpt, Not(HasSubstr("hunter")));
}

TEST(SettingError, says_that_secrets_are_never_used_in_settings) {
  for (const auto* const function : {"secret", "certificate", "key", "secrets", "file"}) {
    const auto error = refused(std::string{"{{ "} + function + "('db-password') }}");
    EXPECT_EQ(error.message, std::string{function} + "(...) in a setting");
    EXPECT_THAT(error.hint, HasSubstr("secrets are never used here"));
    EXPECT_EQ(under_caret(error), std::string{function} + "('?')");
  }
}

TEST(SettingError, refuses_blocks) {
  EXPECT_THAT(refused("a{% if true %}b{% endif %}").message, HasSubstr("block"));
  EXPECT_THAT(refused("{% raw %}{{ x }}{% endraw %}").message, HasSubstr("block"));
}

TEST(SettingError, suggests_env_for_a_bare_name) {
  EXPECT_THAT(refused("{{ REGION }}").hint, HasSubstr("env(\"REGION\")"));
  EXPECT_THAT(refused("{{ env }}").hint, HasSubstr("env(\"NAME\")"));
}

TEST(SettingError, lists_the_filters_there_are) {
  const auto error = refused("{{ 'a' | uper }}");
  EXPECT_THAT(error.hint, HasSubstr("upper, lower, trim"));
  EXPECT_EQ(under_caret(error), "uper");
}

TEST(SettingError, refuses_what_is_no_expression_of_settings) {
  for (const auto* const text : {"{{ }}",
                                 "{{--}}",
                                 "{{ 'a' 1 }}",
                                 "{{ 'a' + 'b' }}",
                                 "{{ 'a' if true }}",
                                 "{{ -1 }}",
                                 "{{ ('a', 'b') }}",
                                 "{{ () }}",
                                 "{{ ['a'] }}",
                                 "{{ 'a'[0] }}",
                                 "{{ 'a'.upper() }}",
                                 "{{ none }}",
                                 "{{ 'a' == 'b' }}",
                                 "{{ not true }}",
                                 "{{ 'a' | }}",
                                 "{{ 'a' | upper( }}",
                                 "{{ env('A' 'B', default='x', 'y') }}",
                                 "{{ env(*x) }}",
                                 "{{ 'a' ~ }}",
                                 "{{ 1.5 }}",
                                 "{{ 0x1 }}",
                                 "{{ 1_000 }}",
                                 "{{ 007 }}",
                                 "{{ 99999999999999999999 }}",
                                 "{{ ) }}",
                                 "{{ ('a'] }}",
                                 "{{ $ }}",
                                 "{{ \xC3\xA9 }}",
                                 "{{ 'a'\xC2\xA0}}",
                                 "{{ 'a' }} {{ 'b' }",
                                 "{{ shout('a') }}",
                                 "{{ 'a' % 'b' }}"}) {
    EXPECT_EQ(refused(text).code, Code::template_syntax) << text;
  }
}

TEST(SettingError, refuses_wrong_arguments) {
  for (const auto* const text :
       {"{{ env() }}", "{{ env('A', 'b', 'c') }}", "{{ env(name='A', nme='b') }}",
        "{{ env('A', name='A') }}", "{{ env(1) }}", "{{ 'a' | upper('x') }}",
        "{{ 'a' | replace('b') }}", "{{ 'a' | replace('', 'b') }}",
        "{{ 'a' | replace('a', 'b', 'c') }}", "{{ 'a' | trim(1) }}",
        "{{ 'a' | default('b', true, 1) }}"}) {
    EXPECT_EQ(refused(text).code, Code::template_syntax) << text;
  }
}

TEST(SettingError, refuses_escapes_that_are_no_characters) {
  for (const auto* const text :
       {"{{ '\\x4' }}", "{{ '\\u12' }}", "{{ '\\ud800' }}", "{{ '\\U00110000' }}", "{{ '\\0' }}",
        "{{ '\\x00' }}", "{{ '\\N{BULLET}' }}"}) {
    EXPECT_EQ(refused(text).code, Code::template_syntax) << text;
  }
}

TEST(SettingError, refuses_to_change_the_case_of_other_than_ascii) {
  EXPECT_THAT(refused("{{ 'h\xC3\xA9' | upper }}").message, HasSubstr("not ASCII"));
  EXPECT_THAT(refused("{{ 'h\xC3\xA9' | lower }}").message, HasSubstr("not ASCII"));
}

TEST(SettingError, refuses_bytes_that_are_not_utf8) {
  Environment environment;
  environment.set("BYTES", "\xFF");
  EXPECT_THAT(refused("\xFF").message, HasSubstr("UTF-8"));
  EXPECT_THAT(refused("{{ env('BYTES') }}", environment).message, HasSubstr("UTF-8"));
}

TEST(SettingError, bounds_depth_and_size) {
  const std::string open(5000, '(');
  const std::string close(5000, ')');
  EXPECT_THAT(refused("{{ " + open + "'a'" + close + " }}").message, HasSubstr("too deeply"));
  std::string filters = "{{ 'a'";
  for (int i = 0; i < 5000; ++i) filters += "|trim";
  EXPECT_THAT(refused(filters + " }}").message, HasSubstr("too many filters"));
  EXPECT_THAT(refused(std::string(64 * 1024 + 1, 'a')).message, HasSubstr("64 KiB"));
  std::string growing = "{{ 'aaaaaaaaaa'";
  for (int i = 0; i < 20; ++i) growing += "|replace('a','aaaaaaaaaa')";
  EXPECT_THAT(refused(growing + " }}").message, HasSubstr("1 MiB"));
}

TEST(SettingError, cuts_a_long_excerpt) {
  const auto error = refused("{{ 'a' | " + std::string(5000, 'x') + " }}");
  EXPECT_LT(error.location->excerpt.size(), 200U);
}

}  // namespace
}  // namespace kvlaunch
