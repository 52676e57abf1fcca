// The dotenv grammar. Expectations of what is accepted were compared with npm's dotenv 16.4.
#include "launcher/manifest/dotenv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace kvlaunch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> parsed(std::string_view text) {
  const auto entries = parse_dotenv("app.env", text);
  EXPECT_TRUE(entries.ok()) << text << ": " << (entries.ok() ? "" : entries.error().message);
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!entries) return pairs;
  for (const auto& entry : *entries) pairs.emplace_back(entry.name, entry.value.reveal());
  return pairs;
}

std::string value_of(std::string_view text) {
  const auto pairs = parsed(text);
  EXPECT_EQ(pairs.size(), 1U) << text;
  return pairs.size() == 1 ? pairs.front().second : "";
}

Errors refused(std::string_view text) {
  const auto entries = parse_dotenv("app.env", text);
  EXPECT_FALSE(entries.ok()) << text;
  return entries.ok() ? Errors{Error{}} : entries.errors();
}

TEST(Dotenv, reads_assignments_comments_and_empty_lines) {
  EXPECT_THAT(parsed("# comment\n\nA=1\n  B = two words  \n\t# more\nC=\n"),
              ElementsAre(Pair("A", "1"), Pair("B", "two words"), Pair("C", "")));
  EXPECT_TRUE(parsed("").empty());
}

TEST(Dotenv, takes_export_before_a_name) {
  EXPECT_THAT(
      parsed("export A=1\n export\tB=2\nexport=3\nexported=4"),
      ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("export", "3"), Pair("exported", "4")));
}

TEST(Dotenv, takes_a_colon_with_a_blank_for_the_equals_sign) {
  EXPECT_EQ(value_of("A: b"), "b");
  EXPECT_EQ(value_of("A: "), "");
}

TEST(Dotenv, takes_dots_and_dashes_in_names) {
  EXPECT_THAT(parsed("a.b-c=1\n1=2"), ElementsAre(Pair("a.b-c", "1"), Pair("1", "2")));
}

TEST(Dotenv, ends_an_unquoted_value_at_the_first_hash) {
  EXPECT_EQ(value_of("A=b # c"), "b");
  EXPECT_EQ(value_of("A=b#c"), "b");
  EXPECT_EQ(value_of("A=#c"), "");
}

TEST(Dotenv, keeps_equals_signs_quotes_and_backslashes_inside_unquoted_values) {
  EXPECT_EQ(value_of("A=b=c"), "b=c");
  EXPECT_EQ(value_of("A=it's"), "it's");
  EXPECT_EQ(value_of("A=b\\nc"), "b\\nc");
  EXPECT_EQ(value_of("A=$B${C}"), "$B${C}");
}

TEST(Dotenv, takes_three_kinds_of_quotes) {
  EXPECT_EQ(value_of("A=\" b # 'c' \" # comment"), " b # 'c' ");
  EXPECT_EQ(value_of("A='b \"c\"'"), "b \"c\"");
  EXPECT_EQ(value_of("A=`b \"c\" 'd'`"), "b \"c\" 'd'");
  EXPECT_EQ(value_of("A=\"\""), "");
}

TEST(Dotenv, expands_line_ends_in_double_quotes_only) {
  EXPECT_EQ(value_of("A=\"b\\nc\\rd\\te\""), "b\nc\rd\\te");
  EXPECT_EQ(value_of("A='b\\nc'"), "b\\nc");
  EXPECT_EQ(value_of("A=`b\\nc`"), "b\\nc");
}

TEST(Dotenv, keeps_the_backslash_of_an_escaped_quote) {
  EXPECT_EQ(value_of("A=\"b\\\"c\""), "b\\\"c");
  EXPECT_EQ(value_of("A='b\\'c'"), "b\\'c");
}

TEST(Dotenv, lets_an_escaped_quote_close_the_value_where_no_later_one_does) {
  EXPECT_EQ(value_of("A=\"C:\\dir\\\""), "C:\\dir\\");
  EXPECT_THAT(parsed("A='x\\'\nB='y'"), ElementsAre(Pair("A", "x\\"), Pair("B", "y")));
}

TEST(Dotenv, reads_quoted_values_over_several_lines) {
  const auto entries = parse_dotenv("app.env", "KEY=\"-----BEGIN\r\nabc\n-----END\"\n\nB=1");
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ((*entries)[0].value.reveal(), "-----BEGIN\nabc\n-----END");
  EXPECT_EQ((*entries)[1].line, 5);
}

TEST(Dotenv, takes_every_kind_of_line_end) {
  EXPECT_THAT(parsed("A=1\r\nB=2\rC=3\n"),
              ElementsAre(Pair("A", "1"), Pair("B", "2"), Pair("C", "3")));
}

TEST(Dotenv, trims_as_javascript_does) {
  EXPECT_EQ(value_of("A=\xC2\xA0 b\xE3\x80\x80"), "b");
  EXPECT_EQ(value_of("\xEF\xBB\xBF"
                     "A=b"),
            "b");
}

TEST(Dotenv, says_where_each_name_stands) {
  const auto entries = parse_dotenv("app.env", "A=1\n  export BB=2\n");
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ((*entries)[1].line, 2);
  EXPECT_EQ((*entries)[1].column, 10);
}

TEST(Dotenv, refuses_lines_that_are_no_assignments) {
  for (const auto* const text :
       {"hello", "export A", "=1", "A B=1", "A:1", "A:", "-", "\xC3\xA9=1", "set A=1", "\"A\"=1"}) {
    const auto errors = refused(text);
    EXPECT_EQ(errors.front().code, Code::env_file);
    EXPECT_EQ(errors.front().message, "not an assignment") << text;
  }
}

TEST(Dotenv, refuses_quotes_that_are_left_open_or_followed_by_text) {
  EXPECT_EQ(refused("A=\"b").front().message, "a quote that is not closed");
  EXPECT_EQ(refused("A=\"b\" c").front().message, "text after the closing quote");
  EXPECT_EQ(refused("A='b'c").front().message, "text after the closing quote");
}

TEST(Dotenv, refuses_a_name_that_stands_twice) {
  const auto errors = refused("A=1\nB=2\nA=3\n");
  EXPECT_EQ(errors.front().message, "the name stands twice, first in line 1");
  EXPECT_EQ(errors.front().location->line, 3);
}

TEST(Dotenv, reports_all_errors_of_a_file) {
  const auto errors = refused("one\nA=1\ntwo\nB='x' y\nC=2");
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[1].location->line, 3);
  EXPECT_EQ(errors[2].location->line, 4);
  EXPECT_EQ(errors[2].location->file, "app.env");
}

TEST(Dotenv, never_shows_a_value) {
  for (const auto* const text :
       {"A=\"hunter2", "A=\"hunter2\" x", "hunter2", "A=1\nA=hunter2", "A=hunter2\xE2\x80\xA8"}) {
    const auto error = refused(text).front();
    EXPECT_THAT(error.message + error.hint + error.location->excerpt, Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(refused("A=\"hunter2").front().location->excerpt, "A=…");
}

TEST(Dotenv, refuses_separators_that_end_a_line_for_some_readers_only) {
  EXPECT_THAT(refused("# x\xE2\x80\xA8"
                      "A=1")
                  .front()
                  .message,
              HasSubstr("separator"));
  EXPECT_THAT(refused("A=b\xE2\x80\xA9"
                      "B=1")
                  .front()
                  .message,
              HasSubstr("separator"));
  EXPECT_EQ(value_of("A='b\xE2\x80\xA8'"), "b\xE2\x80\xA8");
}

TEST(Dotenv, bounds_what_it_reads) {
  EXPECT_THAT(refused(std::string(1024 * 1024 + 1, '\n')).front().message, HasSubstr("1 MiB"));
  EXPECT_THAT(refused(std::string_view{"A=\0", 3}).front().message, HasSubstr("NUL"));
  EXPECT_THAT(refused("A=\xFF").front().message, HasSubstr("UTF-8"));
  std::string many;
  for (int i = 0; i < 10'001; ++i) many += "A" + std::to_string(i) + "=\n";
  EXPECT_THAT(refused(many).front().message, HasSubstr("10,000"));
  std::string bad;
  for (int i = 0; i < 1000; ++i) bad += "bad\n";
  EXPECT_LE(refused(bad).size(), 100U);
}

TEST(Dotenv, stays_linear_on_a_megabyte_of_escaped_quotes) {
  std::string hostile = "A=\"";
  while (hostile.size() < 1024 * 1024 - 2) hostile += "\\\"";
  EXPECT_EQ(value_of(hostile).size(), hostile.size() - 4);
}

}  // namespace
}  // namespace kvlaunch
