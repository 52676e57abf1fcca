#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

TEST(Manifest, needs_its_version) {
  Desk desk;
  desk.world.files.put("main.yaml", "vault: vault-a\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-version 1:1"});
}

TEST(Manifest, refuses_another_version) {
  Desk desk;
  desk.world.files.put("main.yaml", "version: 2\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-version 1:10"});
}

TEST(Manifest, refuses_an_empty_file) {
  Desk desk;
  desk.world.files.put("main.yaml", "# nothing\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-missing-value 0:0"});
}

TEST(Manifest, refuses_a_file_that_is_no_mapping) {
  Desk desk;
  desk.world.files.put("main.yaml", "- a\n");
  EXPECT_EQ(desk.problems(), Lines{"manifest-wrong-type 1:1"});
}

TEST(Manifest, drops_a_byte_order_mark) {
  Desk desk;
  desk.world.files.put("main.yaml", "\xEF\xBB\xBFversion: 1\nvault: vault-a\n");
  EXPECT_EQ(desk.loaded().vault, "vault-a");
}

TEST(Manifest, lists_all_problems_in_one_run) {
  EXPECT_EQ(problems_of("vualt: a\n"
                        "env:\n"
                        "  A: 1\n"
                        "  A: 2\n"
                        "  B: [x]\n"
                        "  C: !t x\n"
                        "options: { scrub: maybe }\n"),
            (Lines{"manifest-unknown-key 2:1", "manifest-duplicate-key 5:3",
                   "manifest-wrong-type 6:6", "manifest-syntax 7:6", "manifest-bad-value 8:19"}));
}

TEST(Manifest, points_at_a_misspelt_key) {
  const Error error = only_error("vualt: contoso-dev\n");
  EXPECT_EQ(error.hint, "did you mean `vault`?");
  EXPECT_EQ(error.location->excerpt, "vualt: …");
  EXPECT_EQ(error.location->caret_column, 1);
  EXPECT_EQ(error.location->caret_width, 5);
}

struct Foreign {
  const char* body;
  const char* hint;  // a part of it
};

class ForeignKeys : public testing::TestWithParam<Foreign> {};

TEST_P(ForeignKeys, get_a_hint) {
  const Error error = only_error(GetParam().body);
  EXPECT_EQ(error.code, Code::manifest_unknown_key);
  EXPECT_NE(error.hint.find(GetParam().hint), std::string::npos) << error.hint;
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, ForeignKeys,
    testing::Values(Foreign{"environment: {}\n", "`env:`"}, Foreign{"envFrom: []\n", "`env-from`"},
                    Foreign{"keyVaultName: x\n", "`vault: NAME`"},
                    Foreign{"kind: Deployment\n", "Kubernetes"},
                    Foreign{"command: [x]\n", "command line"}, Foreign{"timeout: 5s\n", "options"},
                    Foreign{"extends: a.yaml\n", "include"},
                    Foreign{"default_profile: a\n", "`default-profile`"},
                    Foreign{"env: { A: { secret: x, version: y } }\n", "NAME/VERSION"},
                    Foreign{"env: { A: { secret: x, property: y } }\n", "JSON pointer"},
                    Foreign{"profiles: { a: { include: [x] } }\n", "top of the file"},
                    Foreign{"identities: { a: { type: browser, tenantId: x } }\n", "`tenant-id`"},
                    Foreign{"zzz: 1\n", "known here: version"}));

TEST(Manifest, ignores_keys_that_begin_with_x) {
  Desk desk{"x-anchors: { a: &a kv:name }\nenv: { A: *a, B: *a }\n"};
  EXPECT_EQ(use_of(desk.loaded(), "B").reference.name, "name");
}

TEST(Manifest, answers_not_yet_to_files_and_watch) {
  EXPECT_EQ(problems_of("files: []\nwatch: { every: 10m }\n"),
            (Lines{"not-yet 2:1", "not-yet 3:1"}));
}

TEST(Manifest, expands_variables_in_settings) {
  Desk desk{"vault: 'contoso-{{ env(\"STAGE\") }}'\n"};
  desk.world.environment.set("STAGE", "prod");
  EXPECT_EQ(desk.loaded().vault, "contoso-prod");
}

TEST(Manifest, points_at_a_setting_whose_variable_is_not_set) {
  const Error error = only_error("vault: 'contoso-{{ env(\"STAGE\") }}'\n");
  EXPECT_EQ(error.code, Code::template_undefined);
  EXPECT_EQ(error.location->line, 2);
}

TEST(Manifest, refuses_secrets_in_settings) {
  EXPECT_EQ(only_error("vault: '{{ secret(\"a\") }}'\n").location->line, 2);
}

TEST(Manifest, reads_the_cloud) {
  EXPECT_EQ(Desk{"cloud: usgov\n"}.loaded().cloud, CloudName::us_government);
  EXPECT_EQ(problems_of("cloud: germany\n"), Lines{"manifest-bad-value 2:8"});
}

TEST(Manifest, reads_vaults_in_both_forms) {
  const Manifest manifest =
      Desk{
          "vaults:\n"
          "  shared: contoso-shared\n"
          "  eu: { vault: v.example, identity: managed-identity, trust-host: true, scope: s }\n"}
          .loaded();
  EXPECT_EQ(manifest.vaults.at("shared").vault, "contoso-shared");
  const VaultEntry& eu = manifest.vaults.at("eu");
  EXPECT_EQ(eu.alias, "eu");
  EXPECT_EQ(eu.vault, "v.example");
  EXPECT_EQ(eu.identity, "managed-identity");
  EXPECT_TRUE(eu.trust_host);
  EXPECT_EQ(eu.scope, "s");
}

TEST(Manifest, refuses_hosts_that_no_vault_has_before_anything_refers_to_them) {
  EXPECT_EQ(problems_of("vault: evilvault.azure.net\n"
                        "vaults:\n"
                        "  eu: evilvault.azure.net\n"
                        "  own: { vault: 'https://vault.example:8443/path', trust-host: true }\n"
                        "  bad: no_name\n"),
            (Lines{"reference-host 2:8", "reference-host 4:3", "reference-host 5:3",
                   "reference-vault 6:3"}));
}

TEST(Manifest, takes_an_alias_or_a_trusted_vault_of_its_own_for_the_default) {
  EXPECT_EQ(problems_of("vault: eu\nvaults: { eu: contoso-eu }\n"), Lines{});
  EXPECT_EQ(problems_of("vault: https://vault.example:8443\n"
                        "vaults: { own: { vault: 'vault.example:8443', trust-host: true } }\n"),
            Lines{});
}

TEST(Manifest, refuses_a_vault_without_name) {
  EXPECT_EQ(problems_of("vaults:\n  eu: { trust-host: true }\n"),
            Lines{"manifest-missing-value 3:3"});
}

TEST(Manifest, refuses_control_characters_in_settings) {
  EXPECT_EQ(problems_of("vault: \"a\\0b\"\n"), Lines{"manifest-bad-value 2:8"});
}

TEST(Manifest, refuses_profiles_called_none) {
  EXPECT_EQ(problems_of("profiles: { none: {} }\n"), Lines{"manifest-bad-value 2:13"});
}

TEST(Manifest, finds_problems_in_profiles_that_are_not_chosen) {
  EXPECT_EQ(problems_of("profiles:\n  prod: { vualt: x }\n"), Lines{"manifest-unknown-key 3:11"});
}

TEST(Document, shows_nothing_of_a_file_that_is_no_manifest) {
  for (const char* text : {"PASSWORD=hunter2\n", "root:x:0:hunter2\nbin:x:1\n", "- hunter2\n",
                           "A=b\nPASSWORD=hunter2: x\n", "PASSWORD=hunter2: x\n"}) {
    Desk desk;
    desk.world.files.put("main.yaml", text);
    const Errors errors = desk.errors();
    ASSERT_FALSE(errors.empty()) << text;
    for (const Error& error : errors) {
      EXPECT_EQ((error.message + error.hint + error.location->excerpt).find("hunter2"),
                std::string::npos)
          << text;
    }
  }
}

}  // namespace
}  // namespace kvlaunch::test
