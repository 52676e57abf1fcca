#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

EnvFromEntry first_of(std::string_view body) {
  Manifest manifest = Desk{body}.loaded();
  return manifest.env_from.empty() ? EnvFromEntry{} : manifest.env_from.front();
}

TEST(EnvFrom, selects_by_prefix_and_tags) {
  const EnvFromEntry entry = first_of(
      "env-from:\n"
      "  - { vault: shared, prefix: app-, strip-prefix: true, tags: { team: web } }\n");
  EXPECT_EQ(entry.vault, "shared");
  EXPECT_EQ(entry.prefix, "app-");
  EXPECT_TRUE(entry.strip_prefix);
  EXPECT_EQ(entry.tags.at("team"), "web");
  EXPECT_EQ(entry.rename, EnvFromEntry::Rename::upper_snake);
  EXPECT_EQ(entry.where.line, 3);
}

TEST(EnvFrom, reads_every_setting) {
  const EnvFromEntry entry = first_of(
      "env-from:\n"
      "  - { all: true, add-prefix: APP_, override: true, allow: [LESS], rename: snake,\n"
      "      exclude: [x-y], optional: true }\n");
  EXPECT_TRUE(entry.all && entry.override_inherited && entry.optional);
  EXPECT_EQ(entry.add_prefix, "APP_");
  EXPECT_EQ(entry.allow, std::vector<std::string>{"LESS"});
  EXPECT_EQ(entry.rename, EnvFromEntry::Rename::snake);
  EXPECT_EQ(entry.exclude, std::vector<std::string>{"x-y"});
}

TEST(EnvFrom, takes_the_members_of_one_secret) {
  const EnvFromEntry entry =
      first_of("env-from: [ { vault: shared, secret: settings, format: dotenv } ]\n");
  ASSERT_TRUE(entry.members_of);
  EXPECT_EQ(entry.members_of->name, "settings");
  EXPECT_EQ(entry.members_of->vault, "shared");
  EXPECT_EQ(entry.format, EnvFromEntry::MemberFormat::dotenv);
}

TEST(EnvFrom, needs_a_selection) {
  EXPECT_EQ(problems_of("env-from: [ { vault: shared } ]\n"), Lines{"manifest-missing-value 2:13"});
}

TEST(EnvFrom, refuses_two_ways_to_select) {
  EXPECT_EQ(problems_of("env-from: [ { all: true, prefix: a } ]\n"),
            Lines{"manifest-conflict 2:13"});
}

TEST(EnvFrom, refuses_an_empty_selection) {
  EXPECT_EQ(problems_of("env-from: [ { prefix: '' } ]\n"), Lines{"manifest-bad-value 2:23"});
  EXPECT_EQ(problems_of("env-from: [ { tags: {} } ]\n"), Lines{"manifest-bad-value 2:21"});
  EXPECT_EQ(problems_of("env-from: [ { all: false } ]\n"), Lines{"manifest-bad-value 2:20"});
}

TEST(EnvFrom, refuses_a_secret_without_format) {
  EXPECT_EQ(problems_of("env-from: [ { secret: a } ]\n"), Lines{"manifest-conflict 2:13"});
}

TEST(EnvFrom, refuses_a_vault_named_twice) {
  EXPECT_EQ(problems_of("env-from: [ { vault: a, secret: //b/c, format: json } ]\n"),
            Lines{"manifest-conflict 2:33"});
}

TEST(EnvFrom, refuses_to_strip_a_prefix_that_is_not_there) {
  EXPECT_EQ(problems_of("env-from: [ { all: true, strip-prefix: true } ]\n"),
            Lines{"manifest-conflict 2:40"});
}

}  // namespace
}  // namespace kvlaunch::test
