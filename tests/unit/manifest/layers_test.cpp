#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

TEST(Layers, let_a_later_file_win) {
  Desk desk{"vault: vault-a\nenv: { A: one, B: two }\n"};
  desk.write("more.yaml", "vault: vault-b\nenv: { A: three, C: four }\n");
  desk.request.files = {"main.yaml", "more.yaml"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.vault, "vault-b");
  EXPECT_EQ(literal_of(manifest, "A"), "three");
  EXPECT_EQ(literal_of(manifest, "B"), "two");
  EXPECT_EQ(literal_of(manifest, "C"), "four");
}

TEST(Layers, replace_an_env_entry_whole) {
  Desk desk{
      "env: { A: { secret: x, trim: true } }\nprofiles: { p: { env: { A: { secret: y } } } }\n"};
  desk.request.profiles = {"p"};
  EXPECT_FALSE(use_of(desk.loaded(), "A").trim);
}

TEST(Layers, merge_options_and_vaults_key_by_key) {
  Desk desk{
      "options: { timeout: 5s, scrub: all }\n"
      "vaults: { a: { vault: one, scope: s }, b: two }\n"
      "profiles:\n"
      "  p: { options: { scrub: none }, vaults: { a: three } }\n"};
  desk.request.profiles = {"p"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.options.timeout, Milliseconds{5000});
  EXPECT_EQ(manifest.options.scrub, Scrub::none);
  EXPECT_EQ(manifest.vaults.at("a").vault, "three");
  EXPECT_EQ(manifest.vaults.at("a").scope, "s");
  EXPECT_EQ(manifest.vaults.at("b").vault, "two");
}

TEST(Layers, add_settings_to_an_identity) {
  Desk desk{
      "identities: { x: { type: managed-identity, client-id: a } }\n"
      "profiles: { p: { identities: { x: { client-id: b } } } }\n"};
  desk.request.profiles = {"p"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.identities.at("x").type, IdentitySpec::Type::managed_identity);
  EXPECT_EQ(manifest.identities.at("x").client_id, "b");
}

TEST(Layers, replace_an_identity_that_says_its_type_again) {
  Desk desk{
      "identities: { x: { type: managed-identity, client-id: a } }\n"
      "profiles: { p: { identities: { x: { type: azure-cli } } } }\n"};
  desk.request.profiles = {"p"};
  EXPECT_EQ(desk.loaded().identities.at("x").client_id, "");
}

TEST(Layers, append_selections) {
  Desk desk{"env-from: [ { prefix: a } ]\n"};
  desk.write("more.yaml", "env-from: [ { prefix: b } ]\n");
  desk.request.files = {"main.yaml", "more.yaml"};
  const Manifest manifest = desk.loaded();
  ASSERT_EQ(manifest.env_from.size(), 2U);
  EXPECT_EQ(manifest.env_from[1].prefix, "b");
}

TEST(Include, lies_below_the_file_that_names_it) {
  Desk desk{"include: [ common.yaml ]\nvault: main\n"};
  desk.write("common.yaml", "vault: common\ncloud: china\n");
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.vault, "main");
  EXPECT_EQ(manifest.cloud, CloudName::china);
  EXPECT_EQ(manifest.files, (Lines{"common.yaml", "main.yaml"}));
}

TEST(Include, counts_from_the_file_that_names_it) {
  Desk desk;
  desk.request.files = {"/etc/app/main.yaml"};
  desk.write("/etc/app/main.yaml", "include: [ parts/a.yaml ]\n");
  desk.write("/etc/app/parts/a.yaml", "include: [ ../b.yaml ]\n");
  desk.write("/etc/app/b.yaml", "vault: vault-b\n");
  EXPECT_EQ(desk.loaded().vault, "vault-b");
}

TEST(Include, is_opened_as_it_is_named_because_a_directory_may_be_a_symlink) {
  Desk desk;
  desk.request.files = {"conf/main.yaml"};
  desk.write("conf/main.yaml", "include: [ ../shared.yaml, /srv/shared.yaml ]\n");
  desk.write("conf/../shared.yaml", "vault: behind-the-link\n");
  desk.write("shared.yaml", "vault: before-the-link\n");
  desk.write("/srv/shared.yaml", "cloud: china\n");
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.vault, "behind-the-link");
  EXPECT_EQ(manifest.cloud, CloudName::china);
}

TEST(Include, that_has_two_names_is_one_file) {
  const FileStatus one_file{.mode = 0644, .regular = true, .device = 1, .inode = 7};
  Desk desk{"include: [ a.yaml, b.yaml ]\n"};
  desk.world.files.put("a.yaml", "version: 1\nenv-from: [ { prefix: x } ]\n", one_file);
  desk.world.files.put("b.yaml", "version: 1\nenv-from: [ { prefix: x } ]\n", one_file);
  EXPECT_EQ(desk.loaded().env_from.size(), 1U);

  desk.world.files.put("a.yaml", "version: 1\ninclude: [ b.yaml ]\n", one_file);
  EXPECT_EQ(desk.problems(), Lines{"manifest-include 2:12"});
}

TEST(Include, may_use_variables) {
  Desk desk{"include: [ '{{ env(\"STAGE\") }}.yaml' ]\n"};
  desk.world.environment.set("STAGE", "prod");
  desk.write("prod.yaml", "vault: vault-p\n");
  EXPECT_EQ(desk.loaded().vault, "vault-p");
}

TEST(Include, that_is_optional_may_be_missing) {
  EXPECT_EQ(problems_of("include: [ { file: local.yaml, optional: true } ]\n"), Lines{});
}

TEST(Include, that_is_missing_is_an_error_where_it_is_named) {
  EXPECT_EQ(problems_of("include: [ local.yaml ]\n"), Lines{"manifest-unreadable 2:12"});
}

TEST(Include, that_leads_back_is_an_error) {
  Desk desk{"include: [ a.yaml ]\n"};
  desk.write("a.yaml", "include: [ ./main.yaml ]\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-include 2:12"});
}

TEST(Include, that_two_files_name_counts_once) {
  Desk desk{"include: [ a.yaml, b.yaml ]\n"};
  desk.write("a.yaml", "include: [ common.yaml ]\n");
  desk.write("b.yaml", "include: [ common.yaml ]\n");
  desk.write("common.yaml", "env-from: [ { prefix: x } ]\n");
  EXPECT_EQ(desk.loaded().env_from.size(), 1U);
}

TEST(Include, nests_eight_levels_and_no_more) {
  Desk desk{"include: [ 1.yaml ]\n"};
  for (int i = 1; i < 8; ++i) {
    desk.write(std::to_string(i) + ".yaml", "include: [ " + std::to_string(i + 1) + ".yaml ]\n");
  }
  desk.write("8.yaml", "vault: deep\n");
  EXPECT_EQ(desk.loaded().vault, "deep");
  desk.write("8.yaml", "include: [ 9.yaml ]\n");
  desk.write("9.yaml", "vault: deeper\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-include 2:12"});
}

TEST(Include, reads_no_more_than_a_hundred_files) {
  std::string list = "include: [";
  Desk desk;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "f" + std::to_string(i) + ".yaml";
    list += name + ", ";
    desk.write(name, "vault: vault-a\n");
  }
  desk.write("main.yaml", list + "]\n");
  EXPECT_EQ(desk.errors().front().code, Code::manifest_include);
  EXPECT_LE(desk.world.files.reads().size(), 100U);
}

TEST(Profile, is_laid_over_all_files) {
  Desk desk{
      "profiles: { prod: { vault: vault-p, env: { MODE: production } } }\nenv: { MODE: dev }\n"};
  desk.write("more.yaml", "vault: more\n");
  desk.request.files = {"main.yaml", "more.yaml"};
  desk.request.profiles = {"prod"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.vault, "vault-p");
  EXPECT_EQ(literal_of(manifest, "MODE"), "production");
  EXPECT_EQ(manifest.profiles, Lines{"prod"});
}

TEST(Profile, of_one_name_merges_across_files) {
  Desk desk{"include: [ common.yaml ]\nprofiles: { p: { vault: main } }\n"};
  desk.write("common.yaml", "profiles: { p: { vault: common, cloud: china }, q: {} }\n");
  desk.request.profiles = {"p"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(manifest.vault, "main");
  EXPECT_EQ(manifest.cloud, CloudName::china);
  EXPECT_EQ(manifest.profile_names, (Lines{"p", "q"}));
}

TEST(Profile, named_later_wins) {
  Desk desk{"profiles: { a: { vault: vault-a }, b: { vault: vault-b } }\n"};
  desk.request.profiles = {"b", "a"};
  EXPECT_EQ(desk.loaded().vault, "vault-a");
}

TEST(Profile, by_default_counts_when_none_is_named) {
  Desk desk{
      "default-profile: dev\nprofiles: { dev: { vault: vault-d }, prod: { vault: vault-p } }\n"};
  EXPECT_EQ(desk.loaded().vault, "vault-d");
  desk.request.profiles = {"prod"};
  EXPECT_EQ(desk.loaded().vault, "vault-p");
}

TEST(Profile, none_means_none) {
  Desk desk{"default-profile: dev\nvault: base\nprofiles: { dev: { vault: vault-d } }\n"};
  desk.request.no_profile = true;
  EXPECT_EQ(desk.loaded().vault, "base");
}

TEST(Profile, that_nobody_declared_is_an_error_with_a_suggestion) {
  Desk desk{"profiles: { production: {} }\n"};
  desk.request.profiles = {"prodution"};
  const Errors errors = desk.errors();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].code, Code::manifest_unknown_profile);
  EXPECT_EQ(errors[0].hint, "did you mean \"production\"?");
}

TEST(Profile, by_default_that_nobody_declared_is_an_error_at_its_place) {
  EXPECT_EQ(problems_of("default-profile: dev\n"), Lines{"manifest-unknown-profile 2:18"});
}

TEST(EnvFile, lies_over_files_and_profiles) {
  Desk desk{"env: { A: manifest, B: manifest }\nprofiles: { p: { env: { A: profile } } }\n"};
  desk.request.profiles = {"p"};
  desk.request.env_files = {".env"};
  desk.world.files.put(".env", "A=kv:from-file\n");
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(use_of(manifest, "A").reference.name, "from-file");
  EXPECT_EQ(literal_of(manifest, "B"), "manifest");
}

TEST(EnvFile, shows_no_value_in_its_errors) {
  Desk desk{"vault: vault-a\n"};
  desk.request.env_files = {".env"};
  desk.world.files.put(".env", "OK=1\nBAD=kv:hunter2/hunter2/x/y\nDOT.TED=hunter2\n");
  const Errors errors = desk.errors();
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(Desk::shown(errors[0]), "reference-syntax 2:1");
  EXPECT_EQ(errors[0].location->excerpt, "BAD=…");
  EXPECT_EQ(Desk::shown(errors[1]), "variable-name 3:1");
}

TEST(EnvFile, that_is_missing_is_an_error) {
  Desk desk{"vault: vault-a\n"};
  desk.request.env_files = {".env"};
  EXPECT_EQ(desk.errors().front().code, Code::env_file);
}

TEST(CommandLine, lies_over_everything) {
  Desk desk{"env: { A: manifest }\n"};
  desk.request.env_files = {".env"};
  desk.world.files.put(".env", "A=file\n");
  desk.request.env_assignments = {"A=line", "B=kv:b"};
  const Manifest manifest = desk.loaded();
  EXPECT_EQ(literal_of(manifest, "A"), "line");
  EXPECT_EQ(entry_of(manifest, "A").origin, EnvEntry::Origin::command_line);
  EXPECT_EQ(use_of(manifest, "B").reference.name, "b");
}

TEST(CommandLine, alone_is_a_manifest) {
  Desk desk;
  desk.request.files.clear();
  desk.request.env_assignments = {"A=b"};
  EXPECT_EQ(literal_of(desk.loaded(), "A"), "b");
}

TEST(Load, sorts_problems_by_file_and_place) {
  Desk desk{"include: [ common.yaml ]\nenv: { A: [x] }\nvualt: x\n"};
  desk.write("common.yaml", "zzz: 1\n");
  const Errors errors = desk.errors();
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].location->line, 3);
  EXPECT_EQ(errors[1].location->line, 4);
  EXPECT_EQ(errors[2].location->file, "common.yaml");
}

TEST(Load, names_standard_input_in_messages) {
  Desk desk;
  desk.request.files = {"-"};
  desk.write("-", "zzz: 1\n");
  EXPECT_EQ(desk.errors().front().location->file, "standard input");
}

}  // namespace
}  // namespace kvlaunch::test
