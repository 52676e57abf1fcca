#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

TEST(Options, are_absent_where_nobody_set_them) {
  const Options options = Desk{"options: {}\n"}.loaded().options;
  EXPECT_FALSE(options.timeout || options.scrub || options.clean_env || options.resolve_env);
}

TEST(Options, are_read) {
  const Options options =
      Desk{
          "options:\n"
          "  timeout: 30s\n"
          "  scrub: all\n"
          "  keep-env: [A, B]\n"
          "  preserve-env: [C]\n"
          "  clean-env: true\n"
          "  resolve-env: true\n"
          "  allow-unresolved: false\n"
          "  notify-ready: true\n"
          "  ca-file: /etc/ca.pem\n"
          "  log-format: json\n"}
          .loaded()
          .options;
  EXPECT_EQ(options.timeout, Milliseconds{30'000});
  EXPECT_EQ(options.scrub, Scrub::all);
  EXPECT_EQ(options.keep_env, (std::vector<std::string>{"A", "B"}));
  EXPECT_TRUE(options.preserve_env->covers("C"));
  EXPECT_FALSE(options.preserve_env->covers("D"));
  EXPECT_EQ(options.clean_env, true);
  EXPECT_TRUE(options.resolve_env->covers("anything"));
  EXPECT_FALSE(options.allow_unresolved->covers("anything"));
  EXPECT_EQ(options.notify_ready, true);
  EXPECT_EQ(options.ca_file, "/etc/ca.pem");
  EXPECT_EQ(options.log_format, LogFormat::json);
}

TEST(Options, take_an_empty_list_of_names_for_no_name) {
  EXPECT_FALSE(Desk{"options: { resolve-env: [] }\n"}.loaded().options.resolve_env->covers("A"));
}

TEST(Options, refuse_a_duration_without_unit) {
  EXPECT_EQ(only_error("options: { timeout: 30 }\n").location->column, 21);
}

TEST(Options, refuse_other_words_for_true) {
  EXPECT_EQ(problems_of("options: { clean-env: yes }\n"), Lines{"manifest-wrong-type 2:23"});
  EXPECT_EQ(problems_of("options: { clean-env: 'true' }\n"), Lines{"manifest-wrong-type 2:23"});
}

TEST(Options, show_the_word_that_is_wrong) {
  const Error error = only_error("options: { scrub: secret } # hunter2\n");
  EXPECT_EQ(error.hint, "did you mean secrets?");
  EXPECT_EQ(error.location->excerpt, "options: { scrub: secret }");
}

TEST(Options, answer_not_yet_to_resident_mode) {
  EXPECT_EQ(problems_of("options:\n  init: true\n  mask: true\n  process-group: true\n"),
            (Lines{"not-yet 3:3", "not-yet 4:3", "not-yet 5:3"}));
}

TEST(Options, let_resident_mode_be_switched_off) {
  EXPECT_EQ(problems_of("options: { init: false, mask: false }\n"), Lines{});
}

TEST(Options, refuse_names_that_are_no_variables) {
  EXPECT_EQ(problems_of("options: { keep-env: [A, 'B C'] }\n"), Lines{"variable-name 2:26"});
}

}  // namespace
}  // namespace kvlaunch::test
