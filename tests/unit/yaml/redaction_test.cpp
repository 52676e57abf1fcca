// A slip of the keyboard must not turn a value into something that messages show.
#include <gtest/gtest.h>

#include "tests/unit/yaml/reading.hpp"

namespace kvlaunch::yaml {
namespace {

struct Slip {
  const char* name;
  const char* text;   // holds the value hunter2
  const char* first;  // the first problem
};

void PrintTo(const Slip& slip, std::ostream* out) {
  *out << slip.name;
}

std::string all_text_of(const Errors& problems) {
  std::string text;
  for (const Error& error : problems) {
    text += error.message + "\n" + error.hint + "\n";
    for (const std::string& note : error.notes) text += note + "\n";
    if (error.location) text += error.location->excerpt + "\n";
  }
  return text;
}

class Slips : public testing::TestWithParam<Slip> {};

TEST_P(Slips, are_told_without_the_value) {
  const Errors problems = problems_of(GetParam().text);
  EXPECT_EQ(first_problem(GetParam().text), GetParam().first);
  EXPECT_EQ(all_text_of(problems).find("hunter2"), std::string::npos) << all_text_of(problems);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, Slips,
    testing::Values(
        Slip{"no_blank_behind_the_colon", "a: { value:hunter2 }\n", "manifest-syntax 1:6"},
        Slip{"no_key", "a: { hunter2 }\n", "manifest-syntax 1:6"},
        Slip{"no_key_in_quotes", "a: { trim: true, \"hunter2\" }\n", "manifest-syntax 1:18"},
        Slip{"no_value_behind_a_question_mark", "? hunter2\n", "manifest-syntax 1:3"},
        Slip{"no_key_over_two_lines", "a: { my\n  hunter2 }\n", "manifest-syntax 1:6"},
        Slip{"no_comma", "a: { value: hunter2 trim: true }\n", "manifest-syntax 1:25"},
        Slip{"no_comma_behind_quotes", "a: { value: 'hunter2' trim: true }\n",
             "manifest-syntax 1:23"},
        Slip{"no_comma_over_two_lines", "a: { value:\n  hunter2 trim: true }\n",
             "manifest-syntax 2:15"},
        Slip{"no_comma_behind_braces", "a: { b: { c: d } hunter2: e }\n", "manifest-syntax 1:18"},
        Slip{"an_anchor_alone", "a: &hunter2\n", "manifest-syntax 1:4"},
        Slip{"an_anchor_before_a_value", "a: &hunter2 x\n", "manifest-syntax 1:4"},
        Slip{"an_assignment", "a: b\nC=hunter2: d\n", "manifest-syntax 2:1"},
        Slip{"no_comma_in_a_list", "a: [ { c: d } hunter2: e ]\n", "manifest-syntax 1:15"}),
    [](const testing::TestParamInfo<Slip>& slip) { return slip.param.name; });

TEST(Slips, are_no_keys_without_a_value) {
  EXPECT_EQ(first_problem("a: { value: , trim:}\nb: {'c': , \"d\":1}\nc:\n\"e\" : f\n"), "fine");
}

}  // namespace
}  // namespace kvlaunch::yaml
