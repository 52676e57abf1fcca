#include "launcher/base/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kvlaunch {
namespace {

Json read(std::string_view text) {
  auto json = Json::parse(text);
  EXPECT_TRUE(json.ok()) << text;
  return json.ok() ? *json : *Json::parse("null");
}

TEST(Json, finds_members_by_name_and_by_path) {
  const Json json = read(R"({"a": 1, "error": {"innererror": {"code": "SecretDisabled"}}})");
  EXPECT_EQ(json.member("a")->integer(), 1);
  EXPECT_EQ(json.at({"error", "innererror", "code"})->string(), "SecretDisabled");
  EXPECT_FALSE(json.member("A"));
  EXPECT_FALSE(json.at({"error", "code", "deeper"}));
}

TEST(Json, finds_nothing_in_values_that_are_no_objects) {
  for (const char* text : {"[1]", "\"a\"", "1", "null", "true"}) {
    EXPECT_FALSE(read(text).member("a")) << text;
    EXPECT_TRUE(read(text).members().empty()) << text;
  }
  EXPECT_TRUE(read("{}").elements().empty());
}

TEST(Json, takes_the_last_of_two_members_of_one_name) {
  EXPECT_EQ(read(R"({"a":1,"b":2,"a":3})").member("a")->integer(), 3);
}

TEST(Json, finds_a_member_whose_name_is_written_with_escapes) {
  EXPECT_EQ(read(R"({"v\u0061lue":"x"})").member("value")->string(), "x");
}

TEST(Json, unescapes_strings_of_every_kind) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")").string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(read(R"("\u00e9 \u20AC \ud83d\ude00 \u0041")").string(), "\u00e9 \u20ac \U0001F600 A");
  EXPECT_EQ(read("\"\u00e9\u20ac\U0001F600\"").string(), "\u00e9\u20ac\U0001F600");
}

TEST(Json, keeps_nul_bytes_inside_strings) {
  const auto value = read(R"("a\u0000b")").secret();
  EXPECT_TRUE(value->equals(std::string_view{"a\0b", 3}));
}

TEST(Json, gives_strings_as_secrets_without_their_quotes) {
  EXPECT_TRUE(read(R"({"value":"s3\"cret"})").member("value")->secret()->equals("s3\"cret"));
  EXPECT_TRUE(read("\"\"").secret()->empty());
  EXPECT_FALSE(read("1").secret());
}

TEST(Json, walks_arrays_and_objects_in_order) {
  const auto elements = read(R"( [ 1 , "a,]" , {"x":[2]} , [] ] )").elements();
  ASSERT_EQ(elements.size(), 4U);
  EXPECT_EQ(elements[1].string(), "a,]");
  EXPECT_EQ(elements[2].raw(), R"({"x":[2]})");
  EXPECT_TRUE(elements[3].elements().empty());

  const auto members = read(R"({ "b" : 1 , "\u0061" : { } , "" : null })").members();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].first, "b");
  EXPECT_EQ(members[1].first, "a");
  EXPECT_EQ(members[2].second.type(), Json::Type::null);
}

TEST(Json, tells_the_types_apart) {
  const auto elements = read(R"([null, true, -1.5, "s", [], {}])").elements();
  using Type = Json::Type;
  const std::vector<Type> expected{Type::null,   Type::boolean, Type::number,
                                   Type::string, Type::array,   Type::object};
  ASSERT_EQ(elements.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(elements[i].type(), expected[i]) << i;
}

TEST(Json, reads_integers_from_numbers_and_from_strings_of_digits) {
  EXPECT_EQ(read("1767225600").integer(), 1767225600);
  EXPECT_EQ(read("\"1767225600\"").integer(), 1767225600);
  EXPECT_EQ(read("\"+7\"").integer(), 7);
  EXPECT_EQ(read("-9223372036854775808").integer(), INT64_MIN);
  EXPECT_EQ(read("1.5e3").integer(), 1500);
  EXPECT_EQ(read("3599.0").integer(), 3599);
}

TEST(Json, reads_no_integer_from_what_is_none_or_does_not_fit) {
  for (const char* text : {"1.5", "9223372036854775808", "1e30", "1e999", "\"\"", "\"1x\"",
                           "\" 1\"", "\"+-1\"", "\"1.0\"", "true", "null", "[1]"}) {
    EXPECT_FALSE(read(text).integer()) << text;
  }
}

TEST(Json, shows_a_value_as_it_stands_or_without_blanks_between_tokens) {
  const Json json = read(" { \"a\" : [ 1 , 2 ] ,\n \"b c\" : \" x \\\" y \" } ");
  EXPECT_EQ(json.member("a")->raw(), "[ 1 , 2 ]");
  EXPECT_TRUE(json.compact().equals("{\"a\":[1,2],\"b c\":\" x \\\" y \"}"));
}

TEST(Json, passes_over_a_byte_order_mark) {
  EXPECT_EQ(read("\xEF\xBB\xBF{\"a\":1}").member("a")->integer(), 1);
}

TEST(Json, refuses_what_the_grammar_does_not_allow) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "\"",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{a:1}",
                           "{'a':1}",
                           "01",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "-",
                           "1 2",
                           "[1]]",
                           "nul",
                           "True",
                           "NaN",
                           "\"\\x41\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"a\nb\"",
                           "\"\t\"",
                           "// c\n1",
                           "{\"a\":1 \"b\":2}",
                           "<html></html>",
                           "]",
                           "}",
                           ",",
                           "\"\\",
                           "tru",
                           "[1}",
                           "{\"a\":1]",
                           "\"\\u-123\""}) {
    EXPECT_FALSE(Json::parse(text).ok()) << text;
  }
}

TEST(Json, refuses_half_characters) {
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")",
                           R"("\ud83d\n")", R"("\ud83d\ud83d")"}) {
    EXPECT_FALSE(Json::parse(text).ok()) << text;
  }
}

TEST(Json, refuses_bytes_that_are_not_utf8) {
  for (const char* text :
       {"\"\xFF\"", "\"\xC0\x80\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"",
        "\"\xE2\x82\"", "\"\xF8\x88\x80\x80\x80\"", "\"\xC3\"", "\"\xF0\x9F\x98\""}) {
    EXPECT_FALSE(Json::parse(text).ok()) << text;
  }
}

TEST(Json, bounds_the_depth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Json::parse(nested(64)).ok());
  EXPECT_FALSE(Json::parse(nested(65)).ok());
  EXPECT_FALSE(Json::parse(std::string(1'000'000, '[')).ok());
  EXPECT_FALSE(Json::parse(nested(100'000), 1'000'000).ok());
  EXPECT_TRUE(Json::parse("[[1],[2],[3]]", 2).ok());
}

TEST(Json, says_what_is_wrong_without_quoting_the_text) {
  const auto json = Json::parse("{\"value\":\"hunter2\"");
  ASSERT_FALSE(json.ok());
  EXPECT_EQ(json.error().code, Code::response_malformed);
  EXPECT_EQ(json.error().message, "not JSON: the text ends early");
}

}  // namespace
}  // namespace kvlaunch
