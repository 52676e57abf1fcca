#include <gtest/gtest.h>

#include "tests/unit/yaml/reading.hpp"

namespace kvlaunch::yaml {
namespace {

Node document(std::string_view text) {
  auto node = read(source_of(text));
  EXPECT_TRUE(node.ok()) << (node.ok() ? "" : node.error().message);
  return node.ok() ? *std::move(node) : Node{};
}

TEST(Reader, keeps_scalars_as_they_are_written) {
  const Node node = document("a: on\nb: 1.10\nc: 0400\nd: 2024-01-01\n");
  EXPECT_EQ(node.find("a")->text, "on");
  EXPECT_EQ(node.find("b")->text, "1.10");
  EXPECT_EQ(node.find("c")->text, "0400");
  EXPECT_EQ(node.find("d")->text, "2024-01-01");
}

TEST(Reader, tells_null_from_quoted_text) {
  const Node node = document("a:\nb: ~\nc: null\nd: \"null\"\ne: ''\n");
  EXPECT_EQ(node.find("a")->kind, Node::Kind::null);
  EXPECT_EQ(node.find("b")->kind, Node::Kind::null);
  EXPECT_EQ(node.find("c")->kind, Node::Kind::null);
  EXPECT_EQ(node.find("d")->text, "null");
  EXPECT_TRUE(node.find("e")->is_scalar());
}

TEST(Reader, marks_lines_and_columns_from_one) {
  const Node node = document("a: x\nenv:\n  NAME: value\n");
  const Node& value = *node.find("env")->find("NAME");
  EXPECT_EQ(value.mark.line, 3);
  EXPECT_EQ(value.mark.column, 9);
  EXPECT_EQ(node.find("env")->entries[0].key_mark.column, 3);
}

TEST(Reader, marks_a_value_that_is_not_there_at_its_key) {
  const Node node = document("a:\n\nb: ~\nc:\nnext: x\nd: { e: , f: ~ }\ng:\n");
  const auto place = [&](const Node* value) {
    return std::to_string(value->mark.line) + ":" + std::to_string(value->mark.column);
  };
  EXPECT_EQ(place(node.find("a")), "1:1");
  EXPECT_EQ(place(node.find("b")), "3:4");
  EXPECT_EQ(place(node.find("c")), "4:1");
  EXPECT_EQ(place(node.find("d")->find("e")), "6:6");
  EXPECT_EQ(place(node.find("d")->find("f")), "6:14");
  EXPECT_EQ(place(node.find("g")), "7:1");
}

TEST(Reader, finds_an_unclosed_bracket_where_it_was_opened) {
  EXPECT_EQ(first_problem("a: 1\nb: { c: d\n\n"), "manifest-syntax 2:4");
  EXPECT_EQ(first_problem("a: 1\nb: [ c, d\n"), "manifest-syntax 2:4");
  EXPECT_EQ(first_problem("a: { b: [ c }\n"), "manifest-syntax 1:13");
}

TEST(Reader, expands_aliases) {
  const Node node = document("x-a: &a { k: v }\nb: *a\n");
  EXPECT_EQ(node.find("b")->find("k")->text, "v");
}

TEST(Reader, takes_a_file_without_content_for_nothing) {
  EXPECT_EQ(document("").kind, Node::Kind::null);
  EXPECT_EQ(document("# only a comment\n").kind, Node::Kind::null);
}

TEST(Reader, takes_windows_line_ends) {
  EXPECT_EQ(document("a: b\r\nc: |\r\n  x\r\n  y\r\n").find("c")->text, "x\ny\n");
}

TEST(Reader, drops_a_byte_order_mark) {
  EXPECT_EQ(document(without_bom("\xEF\xBB\xBF"
                                 "a: b\n"))
                .find("a")
                ->mark.column,
            4);
}

TEST(Reader, names_both_lines_of_a_duplicate_key) {
  const Errors problems = problems_of("A: 1\nB: 2\nA: 3\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].code, Code::manifest_duplicate_key);
  EXPECT_EQ(problems[0].location->line, 3);
  EXPECT_EQ(problems[0].message, "\"A\" stands twice: first in line 1");
}

TEST(Reader, goes_on_after_a_duplicate_key) {
  const Reading reading = read_with_problems(source_of("A: 1\nA: 2\nB: !t x\n"));
  EXPECT_EQ(reading.problems.size(), 2U);
  EXPECT_EQ(reading.root->find("A")->text, "1");
  EXPECT_TRUE(reading.root->find("B")->reported);
}

TEST(Reader, refuses_a_second_document) {
  EXPECT_EQ(first_problem("a: b\n---\nc: d\n"), "manifest-syntax 2:1");
}

TEST(Reader, refuses_keys_that_are_no_text) {
  EXPECT_EQ(first_problem("? [a]\n: b\n"), "manifest-syntax 1:3");
  EXPECT_EQ(first_problem("~: b\n"), "manifest-syntax 1:1");
}

TEST(Reader, refuses_an_alias_within_its_own_anchor) {
  EXPECT_EQ(first_problem("a: &x [ *x ]\n"), "manifest-alias 1:9");
}

TEST(Reader, says_what_is_wrong_in_an_anchored_node_once) {
  EXPECT_EQ(problems_of("a: &x { k: 1, k: 2 }\nb: *x\nc: *x\n").size(), 1U);
}

TEST(Reader, collects_no_more_errors_than_its_limit) {
  const Errors problems = problems_of(repeated("A: 1\n", 100), Limits{.errors = 3});
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems.back().notes.at(0), "no more than 3 errors of a file are shown");
}

TEST(Reader, allows_exactly_the_depth_of_its_limit) {
  const std::string fits = repeated("[", 64) + repeated("]", 64);
  EXPECT_EQ(first_problem(fits), "fine");
  EXPECT_EQ(first_problem("[" + fits + "]"), "manifest-too-deep 1:65");
}

}  // namespace
}  // namespace kvlaunch::yaml
