// Files made to hurt: each ends in an error of its own, with a place, and no test takes long.
#include <gtest/gtest.h>

#include "tests/unit/yaml/reading.hpp"

namespace kvlaunch::yaml {
namespace {

TEST(HostileFile, of_two_megabytes_is_refused_as_too_large) {
  EXPECT_EQ(first_problem(std::string(2 * 1024 * 1024, 'x')), "manifest-too-large 0:0");
}

TEST(HostileFile, with_ten_thousand_open_brackets_is_refused_as_too_deep) {
  EXPECT_EQ(first_problem(repeated("[", 10'000)), "manifest-too-deep 1:65");
  EXPECT_EQ(first_problem(repeated("{", 10'000)), "manifest-too-deep 1:65");
  EXPECT_EQ(first_problem(repeated("{a: ", 10'000)), "manifest-too-deep 1:257");
  EXPECT_EQ(first_problem(repeated("[{a: ", 10'000)), "manifest-too-deep 1:161");
}

TEST(HostileFile, with_a_megabyte_of_open_brackets_is_refused_as_too_deep) {
  EXPECT_EQ(first_problem(repeated("[", 1024 * 1024)), "manifest-too-deep 1:65");
}

TEST(HostileFile, with_ten_thousand_balanced_brackets_is_refused_as_too_deep) {
  EXPECT_EQ(first_problem("a: " + repeated("[", 10'000) + repeated("]", 10'000)),
            "manifest-too-deep 1:68");
}

TEST(HostileFile, with_ten_thousand_lists_in_one_line_is_refused_as_too_deep) {
  EXPECT_EQ(first_problem(repeated("- ", 10'000)), "manifest-too-deep 1:129");
  EXPECT_EQ(first_problem(repeated("? ", 10'000)), "manifest-too-deep 1:129");
}

TEST(HostileFile, indented_a_thousand_times_is_refused_as_too_deep) {
  std::string text;
  for (int i = 0; i < 1400; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(first_problem(text), "manifest-too-deep 65:65");
}

TEST(HostileFile, nested_deeply_in_its_keys_is_refused_as_too_deep) {
  EXPECT_EQ(first_problem(repeated("[", 60) + "x" + repeated("]: 1", 60)),
            "manifest-too-deep 1:33");
}

TEST(HostileFile, that_laughs_a_billion_times_is_refused) {
  std::string text = "x-a0: &a0 [lol, lol]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "x-a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before +
            "]\n";
  }
  EXPECT_EQ(first_problem(text).substr(0, 14), "manifest-alias");
}

TEST(HostileFile, that_repeats_a_long_text_by_aliases_is_refused) {
  const std::string text =
      "x-a: &a " + std::string(500'000, 'x') + "\nb: [" + repeated("*a, ", 5000) + "]\n";
  EXPECT_EQ(first_problem(text).substr(0, 14), "manifest-alias");
}

TEST(HostileFile, that_repeats_a_long_key_by_aliases_is_refused) {
  const std::string text =
      "x-a: &a { " + std::string(500, 'x') + ": v }\nb: [" + repeated("*a, ", 4000) + "]\n";
  EXPECT_EQ(first_problem(text).substr(0, 14), "manifest-alias");
}

TEST(HostileFile, with_keys_for_no_terminal_is_refused) {
  EXPECT_EQ(first_problem("\"a\\e[2J\": b\n"), "manifest-syntax 1:1");
  EXPECT_EQ(first_problem("? " + std::string(500'000, 'x') + "\n: b\n"), "manifest-syntax 1:3");
}

TEST(HostileFile, that_grows_deep_by_aliases_is_refused) {
  std::string text = "x-a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    text += "x-a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" +
            std::to_string(i - 1) + "]\n";
  }
  EXPECT_EQ(first_problem(text).substr(0, 17), "manifest-too-deep");
}

TEST(HostileFile, with_nul_is_refused_with_its_place) {
  EXPECT_EQ(first_problem(std::string_view{"a: b\nc: \0\n", 10}), "manifest-encoding 2:4");
}

TEST(HostileFile, that_is_not_utf8_is_refused_with_its_place) {
  EXPECT_EQ(first_problem("a: \xFF\n"), "manifest-encoding 1:4");
  EXPECT_EQ(first_problem("a: \xC0\xAF\n"), "manifest-encoding 1:4");          // overlong
  EXPECT_EQ(first_problem("a: \xED\xA0\x80\n"), "manifest-encoding 1:4");      // surrogate
  EXPECT_EQ(first_problem("a: \xF4\x90\x80\x80\n"), "manifest-encoding 1:4");  // past U+10FFFF
  EXPECT_EQ(first_problem("a: \xE2\x82"), "manifest-encoding 1:4");            // cut off
  EXPECT_EQ(first_problem(std::string_view{"\xFF\xFE"
                                           "a\0",
                                           4}),
            "manifest-encoding 1:1");  // UTF-16
}

TEST(HostileFile, with_control_characters_is_refused) {
  EXPECT_EQ(first_problem("a: \x1B[2J\n"), "manifest-encoding 1:4");
  EXPECT_EQ(first_problem("a: \x7F\n"), "manifest-encoding 1:4");
  EXPECT_EQ(first_problem("a: \xC2\x9B\n"), "manifest-encoding 1:4");  // CSI
  EXPECT_EQ(first_problem("a: b\rc: d\n"), "manifest-encoding 1:5");
}

TEST(HostileFile, of_a_hundred_thousand_equal_keys_is_refused) {
  EXPECT_EQ(first_problem(repeated("k: v\n", 45'000)), "manifest-duplicate-key 2:1");
  EXPECT_EQ(first_problem(repeated("k: v\n", 100'000)), "manifest-too-large 50000:4");
}

TEST(HostileFile, of_one_long_line_is_refused) {
  EXPECT_EQ(first_problem("[" + repeated("a,", 500'000) + "]"), "manifest-too-large 1:200000");
}

TEST(HostileFile, of_a_megabyte_of_text_is_one_value) {
  EXPECT_EQ(first_problem("a: " + std::string(1'000'000, 'x')), "fine");
}

TEST(HostileFile, that_begins_with_a_comma_does_not_go_on_for_ever) {
  EXPECT_EQ(first_problem(","), "manifest-syntax 1:1");
}

TEST(HostileFile, of_documents_alone_is_refused) {
  EXPECT_EQ(first_problem(repeated("---\n", 200'000)), "manifest-syntax 2:1");
}

}  // namespace
}  // namespace kvlaunch::yaml
