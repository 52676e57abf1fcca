// From the bytes of a vault to the value of a variable.
#include "launcher/deliver/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view document = R"({
  "user": "app", "port": 5432, "tls": true, "none": null, "ratio": 1.50e2,
  "list": [ "a", { "b" : "c" }, 3 ],
  "a/b": "slash", "m~n": "tilde", "~1": "both", "": "unnamed", "quote": "\"\u00e9\n"
})";

std::string member(std::string_view pointer) {
  const auto result = json_member(document, pointer);
  if (!result) return "error: " + result.error().message;
  return *result ? std::string{(*result)->reveal()} : "nothing";
}

TEST(JsonMember, gives_the_text_of_a_string) {
  EXPECT_EQ(member("/user"), "app");
  EXPECT_EQ(member("/quote"), "\"\xC3\xA9\n");
}

TEST(JsonMember, gives_the_json_text_of_a_number_or_boolean) {
  EXPECT_EQ(member("/port"), "5432");
  EXPECT_EQ(member("/ratio"), "1.50e2");
  EXPECT_EQ(member("/tls"), "true");
}

TEST(JsonMember, gives_compact_json_of_an_array_or_object) {
  EXPECT_EQ(member("/list"), R"(["a",{"b":"c"},3])");
  EXPECT_EQ(member("/list/1"), R"({"b":"c"})");
}

TEST(JsonMember, walks_objects_and_arrays) {
  EXPECT_EQ(member("/list/0"), "a");
  EXPECT_EQ(member("/list/1/b"), "c");
}

TEST(JsonMember, unescapes_slash_and_tilde_in_names) {
  EXPECT_EQ(member("/a~1b"), "slash");
  EXPECT_EQ(member("/m~0n"), "tilde");
  EXPECT_EQ(member("/~01"), "both");
  EXPECT_EQ(member("/"), "unnamed");
}

TEST(JsonMember, finds_nothing_where_the_pointer_leads_nowhere) {
  for (const auto* const pointer :
       {"/absent", "/user/x", "/list/3", "/list/-", "/list/01", "/list/+1", "/list/x", "/list/",
        "/list/99999999999999999999999", "/User", "/port/0"}) {
    EXPECT_EQ(member(pointer), "nothing") << pointer;
  }
}

TEST(JsonMember, takes_null_for_missing) {
  EXPECT_EQ(member("/none"), "nothing");
}

TEST(JsonMember, calls_a_value_that_is_not_json_unusable_without_showing_it) {
  for (const auto* const text : {"hunter2", "", "{\"a\":\"hunter2\"", "{'a':'hunter2'}"}) {
    const auto result = json_member(text, "/a");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Code::value_unusable);
    EXPECT_THAT(result.error().message + result.error().hint, Not(HasSubstr("hunter2")));
  }
}

std::string decoded(std::string_view text, Decode how) {
  const auto result = decode(text, how);
  if (!result) {
    EXPECT_EQ(result.error().code, Code::value_unusable);
    EXPECT_FALSE(result.error().hint.empty());
    return "error";
  }
  return std::string{result->reveal()};
}

TEST(Decode, reads_the_vectors_of_rfc_4648) {
  EXPECT_EQ(decoded("", Decode::base64), "");
  EXPECT_EQ(decoded("Zg==", Decode::base64), "f");
  EXPECT_EQ(decoded("Zm8=", Decode::base64), "fo");
  EXPECT_EQ(decoded("Zm9v", Decode::base64), "foo");
  EXPECT_EQ(decoded("Zm9vYg==", Decode::base64), "foob");
  EXPECT_EQ(decoded("Zm9vYmE=", Decode::base64), "fooba");
  EXPECT_EQ(decoded("Zm9vYmFy", Decode::base64), "foobar");
}

TEST(Decode, does_not_ask_for_padding) {
  EXPECT_EQ(decoded("Zg", Decode::base64), "f");
  EXPECT_EQ(decoded("Zm8", Decode::base64url), "fo");
}

TEST(Decode, ignores_blanks_and_line_ends) {
  EXPECT_EQ(decoded(" Zm9v\r\nYm\tFy\n", Decode::base64), "foobar");
  EXPECT_EQ(decoded("66 6F\n6f\n", Decode::hex), "foo");
}

TEST(Decode, keeps_the_two_alphabets_apart) {
  EXPECT_EQ(decoded("-_-_", Decode::base64url), "\xFB\xFF\xBF");
  EXPECT_EQ(decoded("+/+/", Decode::base64), "\xFB\xFF\xBF");
  EXPECT_EQ(decoded("-_-_", Decode::base64), "error");
  EXPECT_EQ(decoded("+/+/", Decode::base64url), "error");
}

TEST(Decode, refuses_damaged_base64) {
  for (const auto* const text : {"Z", "Zm9vY", "Zg=", "Zg===", "Zg==Zg==", "=", "Zm9v=", "Zm9v====",
                                 "Z===", "Zh==", "Zm9=", "Zm9v!", "Zm\xC3\xA9"}) {
    EXPECT_EQ(decoded(text, Decode::base64), "error") << text;
  }
}

TEST(Decode, carries_every_byte) {
  EXPECT_EQ(decoded("AAH/", Decode::base64), std::string("\0\x01\xFF", 3));
  EXPECT_EQ(decoded("0001ff", Decode::hex), std::string("\0\x01\xFF", 3));
}

TEST(Decode, refuses_damaged_hex) {
  for (const auto* const text : {"6", "666", "6g", "0x66", "66:6f"}) {
    EXPECT_EQ(decoded(text, Decode::hex), "error") << text;
  }
}

TEST(Decode, leaves_the_text_alone_when_not_asked) {
  EXPECT_EQ(decoded(" Zg==\n", Decode::none), " Zg==\n");
}

TEST(Decode, keeps_the_value_out_of_its_errors) {
  for (const auto how : {Decode::base64, Decode::base64url, Decode::hex}) {
    const auto result = decode("hunter2!", how);
    ASSERT_FALSE(result.ok());
    EXPECT_THAT(result.error().message + result.error().hint, Not(HasSubstr("hunter2")));
  }
}

TEST(TrimLineEnd, takes_one_line_end_and_no_more) {
  EXPECT_EQ(trim_line_end("a\n"), "a");
  EXPECT_EQ(trim_line_end("a\r\n"), "a");
  EXPECT_EQ(trim_line_end("a\n\n"), "a\n");
  EXPECT_EQ(trim_line_end("a\r"), "a\r");
  EXPECT_EQ(trim_line_end("a "), "a ");
  EXPECT_EQ(trim_line_end("\n"), "");
  EXPECT_EQ(trim_line_end(""), "");
}

}  // namespace
}  // namespace kvlaunch
