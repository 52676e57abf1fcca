#include "providers/connection_string.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "KEY|VALUE" for each part, or the error's message.
std::vector<std::string> parts_of(std::string_view text) {
  const auto parts = parse_connection_string(text);
  if (!parts) return {parts.error().message};
  std::vector<std::string> lines;
  for (const auto& part : *parts) {
    lines.push_back(std::string{part.key.reveal()} + "|" + std::string{part.value.reveal()});
  }
  return lines;
}

std::string problem_with(std::string_view text) {
  const auto parts = parse_connection_string(text);
  if (parts) return "(none)";
  EXPECT_EQ(parts.error().code, Code::connection_string);
  EXPECT_FALSE(parts.error().hint.empty());
  return parts.error().message;
}

TEST(ConnectionString, is_pairs_with_semicolons_between) {
  EXPECT_THAT(parts_of("RunAs=App;AppId=a"), ElementsAre("RunAs|App", "AppId|a"));
}

TEST(ConnectionString, may_have_blanks_and_semicolons_around_every_pair) {
  EXPECT_THAT(parts_of(" ; RunAs = App ;\t;;\nAppId=a ; "), ElementsAre("RunAs|App", "AppId|a"));
  EXPECT_THAT(parts_of("RunAs=App;"), ElementsAre("RunAs|App"));
}

TEST(ConnectionString, takes_the_blanks_of_other_alphabets_for_blanks) {
  EXPECT_THAT(parts_of("RunAs=App;\u00a0AppId\u2003=\u3000"
                       "a\u00a0"),
              ElementsAre("RunAs|App", "AppId|a"));
}

TEST(ConnectionString, without_pairs_is_empty) {
  EXPECT_THAT(parts_of(""), IsEmpty());
  EXPECT_THAT(parts_of(" ;; \t"), IsEmpty());
}

TEST(ConnectionString, keeps_inner_blanks_of_keys_and_bare_values) {
  EXPECT_THAT(parts_of("Run  As=a  b"), ElementsAre("Run  As|a  b"));
}

TEST(ConnectionString, may_have_an_empty_value) {
  EXPECT_THAT(parts_of("K=;L= "), ElementsAre("K|", "L|"));
  EXPECT_THAT(parts_of("K='';L=\"\""), ElementsAre("K|", "L|"));
}

TEST(ConnectionString, reads_a_doubled_equals_sign_as_part_of_the_key) {
  EXPECT_THAT(parts_of("a==b=c"), ElementsAre("a=b|c"));
  EXPECT_THAT(parts_of("a== b=c"), ElementsAre("a= b|c"));
  EXPECT_THAT(parts_of("a==="), ElementsAre("a=|"));
  EXPECT_THAT(parts_of("a ===c"), ElementsAre("a =|c"));
  EXPECT_EQ(problem_with("a==b"), "part 1 of the connection string has no '='");
}

TEST(ConnectionString, takes_equals_signs_in_a_bare_value_as_they_are) {
  EXPECT_THAT(parts_of("K=a=b==;L=c"), ElementsAre("K|a=b==", "L|c"));
  EXPECT_THAT(parts_of("K= =a"), ElementsAre("K|=a"));
}

TEST(ConnectionString, may_quote_a_value) {
  EXPECT_THAT(parts_of("K='value=true'"), ElementsAre("K|value=true"));
  EXPECT_THAT(parts_of("K=\"a;b\""), ElementsAre("K|a;b"));
  EXPECT_THAT(parts_of("K= '''v1;v2''' "), ElementsAre("K|'v1;v2'"));
  EXPECT_THAT(parts_of("K=\"say \"\"hi\"\"\";L=1"), ElementsAre("K|say \"hi\"", "L|1"));
  EXPECT_THAT(parts_of("K='say \"hi\"'"), ElementsAre("K|say \"hi\""));
}

TEST(ConnectionString, keeps_blanks_and_line_ends_inside_quotes) {
  EXPECT_THAT(parts_of("K='  a\n b  '"), ElementsAre("K|  a\n b  "));
}

TEST(ConnectionString, may_hold_a_quote_in_the_middle_of_a_bare_value) {
  EXPECT_THAT(parts_of("K=it's fine"), ElementsAre("K|it's fine"));
}

TEST(ConnectionString, refuses_quotes_that_do_not_match) {
  EXPECT_EQ(problem_with("K='a'b"),
            "part 1 of the connection string goes on behind its closing quote");
  EXPECT_EQ(problem_with("K=''v''"),
            "part 1 of the connection string goes on behind its closing quote");
  EXPECT_EQ(problem_with("K=\"a"),
            "part 1 of the connection string has a quote that is not closed");
  EXPECT_EQ(problem_with("K='a\""),
            "part 1 of the connection string has a quote that is not closed");
  EXPECT_EQ(problem_with("K=a'"),
            "part 1 of the connection string ends with a quote that was not opened");
}

TEST(ConnectionString, refuses_a_part_that_is_no_pair) {
  EXPECT_EQ(problem_with("RunAs:App"), "part 1 of the connection string has no '='");
  EXPECT_EQ(problem_with("RunAs=App;AppId"), "part 2 of the connection string has no '='");
  EXPECT_EQ(problem_with("RunAs=App;=x"),
            "part 2 of the connection string has no key before its '='");
}

TEST(ConnectionString, does_not_swallow_a_key_behind_an_unquoted_semicolon) {
  EXPECT_EQ(problem_with("AppKey=ab;cd;TenantId=t"), "part 2 of the connection string has no '='");
}

TEST(ConnectionString, refuses_control_characters_outside_quotes) {
  EXPECT_THAT(problem_with("K=a\x01"
                           "b"),
              HasSubstr("control character"));
  EXPECT_THAT(problem_with("K\x7F=a"), HasSubstr("control character"));
  EXPECT_THAT(problem_with("K=a\u009f"), HasSubstr("control character"));
  EXPECT_THAT(problem_with(std::string_view{"K='a\0b'", 7}), HasSubstr("control character"));
}

TEST(ConnectionString, is_bounded_in_length_and_in_parts) {
  EXPECT_THAT(problem_with(std::string(longest_connection_string + 1, ' ')), HasSubstr("too long"));
  std::string many;
  for (std::size_t i = 0; i <= most_connection_string_parts; ++i) many += "k=v;";
  EXPECT_THAT(problem_with(many), HasSubstr("too many parts"));
}

TEST(ConnectionString, never_shows_any_of_its_text_in_an_error) {
  for (const char* const text :
       {"AppKey=hunter2;rest-of-it", "AppKey='hunter2", "AppKey=hunter2'", "AppKey='hunter2'x",
        "hunter2", "AppKey:hunter2", "hunter2\x01=x", "=hunter2", "AppKey==hunter2"}) {
    const auto parts = parse_connection_string(text);
    ASSERT_FALSE(parts.ok()) << text;
    const Error& error = parts.error();
    EXPECT_EQ((error.message + error.hint).find("hunter2"), std::string::npos) << text;
    EXPECT_EQ((error.message + error.hint).find("rest-of-it"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace kvlaunch::test
