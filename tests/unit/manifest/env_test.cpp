#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

TEST(Env, takes_scalars_as_they_are_written) {
  const Manifest manifest =
      Desk{"env:\n  A: on\n  B: 1.10\n  C: 0400\n  D: 2024-01-01\n  E: \"\"\n  F: 'null'\n"}
          .loaded();
  EXPECT_EQ(literal_of(manifest, "A"), "on");
  EXPECT_EQ(literal_of(manifest, "B"), "1.10");
  EXPECT_EQ(literal_of(manifest, "C"), "0400");
  EXPECT_EQ(literal_of(manifest, "D"), "2024-01-01");
  EXPECT_EQ(literal_of(manifest, "E"), "");
  EXPECT_EQ(literal_of(manifest, "F"), "null");
}

TEST(Env, takes_a_reference_in_any_case_of_its_prefix) {
  const Manifest manifest = Desk{"env: { A: kv:db-password, B: KV://shared/api-key }\n"}.loaded();
  EXPECT_EQ(use_of(manifest, "A").reference.name, "db-password");
  EXPECT_EQ(use_of(manifest, "B").reference.vault, "shared");
}

TEST(Env, takes_a_pointer_in_a_reference) {
  EXPECT_EQ(
      use_of(Desk{"env: { A: kv:smtp#/credentials/password }\n"}.loaded(), "A").reference.field,
      "/credentials/password");
}

TEST(Env, refuses_a_reference_that_does_not_parse) {
  EXPECT_EQ(problems_of("env:\n  A: kv:a/b/c/d/e\n"), Lines{"reference-syntax 3:6"});
}

TEST(Env, refuses_references_of_other_systems) {
  EXPECT_EQ(problems_of("env:\n  A: db-password@azurekeyvault\n"),
            Lines{"reference-unsupported 3:6"});
}

TEST(Env, answers_not_yet_to_a_template) {
  EXPECT_EQ(problems_of("env:\n  A: 'x {{ secret(\"a\") }}'\n"), Lines{"not-yet 3:6"});
  EXPECT_EQ(problems_of("env:\n  A: 'x {# y #}'\n"), Lines{"not-yet 3:6"});
}

TEST(Env, refuses_a_template_within_a_reference) {
  const Error error = only_error("env:\n  A: kv:{{ env(\"X\") }}\n");
  EXPECT_EQ(error.code, Code::reference_syntax);
  EXPECT_NE(error.hint.find("secret(... ~ ...)"), std::string::npos);
}

TEST(Env, takes_value_as_it_stands) {
  const Manifest manifest =
      Desk{"env:\n  A: { value: \"{{.Level}}\" }\n  B: { value: kv:x }\n"}.loaded();
  EXPECT_EQ(literal_of(manifest, "A"), "{{.Level}}");
  EXPECT_EQ(literal_of(manifest, "B"), "kv:x");
}

TEST(Env, removes_a_variable_on_unset) {
  const Manifest manifest = Desk{"env: { A: { unset: true } }\n"}.loaded();
  EXPECT_TRUE(std::holds_alternative<UnsetVariable>(entry_of(manifest, "A").source));
}

TEST(Env, refuses_unset_beside_anything_else) {
  EXPECT_EQ(problems_of("env:\n  A: { unset: true, value: x }\n"), Lines{"manifest-conflict 3:15"});
}

TEST(Env, takes_the_long_form) {
  const SecretUse use = use_of(Desk{"env:\n"
                                    "  A: { secret: blob, decode: base64url, trim: true,\n"
                                    "       optional: true, allow-expired: true }\n"}
                                   .loaded(),
                               "A");
  EXPECT_EQ(use.reference.name, "blob");
  EXPECT_EQ(use.decode, Decode::base64url);
  EXPECT_TRUE(use.trim && use.optional && use.allow_expired);
  EXPECT_FALSE(use.default_value);
}

TEST(Env, takes_a_default_as_optional) {
  const SecretUse use = use_of(Desk{"env: { A: { secret: old, default: \"\" } }\n"}.loaded(), "A");
  EXPECT_EQ(use.default_value, "");
  EXPECT_TRUE(use.optional);
}

TEST(Env, takes_the_rest_of_a_reference_after_secret) {
  const SecretUse use = use_of(Desk{"env: { A: { secret: //shared/api-key } }\n"}.loaded(), "A");
  EXPECT_EQ(use.reference.vault, "shared");
  EXPECT_EQ(use.reference.name, "api-key");
}

TEST(Env, refuses_a_variable_without_value) {
  const Error error = only_error("env:\n  A:\n  B: x\n");
  EXPECT_EQ(error.code, Code::manifest_missing_value);
  EXPECT_NE(error.hint.find("unset: true"), std::string::npos);
  EXPECT_EQ(problems_of("env:\n  A: ~\n  B: null\n"),
            (Lines{"manifest-missing-value 3:6", "manifest-missing-value 4:6"}));
}

TEST(Env, refuses_a_list_as_value) {
  EXPECT_EQ(problems_of("env:\n  A: [x]\n"), Lines{"manifest-wrong-type 3:6"});
}

TEST(Env, refuses_names_that_are_no_identifiers) {
  EXPECT_EQ(problems_of("env:\n  A-B: x\n  1A: y\n"),
            (Lines{"variable-name 3:3", "variable-name 4:3"}));
}

TEST(Env, refuses_two_sources) {
  EXPECT_EQ(problems_of("env:\n  A: { value: x, secret: y }\n"), Lines{"manifest-conflict 3:18"});
}

TEST(Env, refuses_a_long_form_without_source) {
  EXPECT_EQ(problems_of("env:\n  A: { trim: true }\n"), Lines{"manifest-missing-value 3:6"});
}

TEST(Env, refuses_settings_of_a_secret_beside_a_value) {
  EXPECT_EQ(problems_of("env:\n  A: { value: x, trim: true }\n"), Lines{"manifest-conflict 3:18"});
}

TEST(Env, refuses_a_default_that_shall_not_be_optional) {
  EXPECT_EQ(problems_of("env:\n  A: { secret: x, default: y, optional: false }\n"),
            Lines{"manifest-conflict 3:41"});
}

TEST(Env, refuses_a_nul_in_a_value) {
  EXPECT_EQ(problems_of("env:\n  A: \"x\\0y\"\n  B: { value: \"\\0\" }\n"),
            (Lines{"variable-nul 3:6", "variable-nul 4:15"}));
}

TEST(Env, refuses_a_certificate_without_part) {
  EXPECT_EQ(problems_of("env:\n"
                        "  A: kv:certificates/web-tls\n"
                        "  B: { secret: kv:certificates/web-tls }\n"
                        "  C: { certificate: web-tls }\n"),
            (Lines{"reference-syntax 3:6", "reference-syntax 4:16", "not-yet 5:8",
                   "reference-syntax 5:21"}));
}

TEST(Env, answers_not_yet_to_parts_of_certificates_and_to_keys) {
  EXPECT_EQ(problems_of("env:\n  A: kv:certificates/web-tls#fullchain\n  B: kv:keys/k\n"),
            (Lines{"not-yet 3:6", "not-yet 4:6"}));
}

TEST(Env, answers_not_yet_to_keys_that_later_versions_bring) {
  EXPECT_EQ(problems_of("env:\n  A: { content: x }\n  B: { template: f }\n  C: { key: k }\n"),
            (Lines{"not-yet 3:8", "not-yet 4:8", "not-yet 5:8"}));
}

TEST(Env, says_where_a_key_of_files_belongs) {
  const Error error = only_error("env:\n  A: { value: x, mode: 0400 }\n");
  EXPECT_EQ(error.code, Code::manifest_unknown_key);
  EXPECT_NE(error.hint.find("`files`"), std::string::npos);
}

TEST(Env, shows_no_value_in_any_message) {
  const char* body =
      "env:\n"
      "  A: kv:hunter2/hunter2/hunter2/hunter2\n"
      "  B: 'hunter2 {{ x'\n"
      "  C: { value: hunter2, decode: hunter2 }\n"
      "  D: { secret: 'hunter2 hunter2', default: hunter2 }\n"
      "  E: [hunter2]\n"
      "  F: hunter2@azurekeyvault\n"
      "  G: { secret: x, decode: hunter2 }\n";
  for (const Error& error : Desk{body}.errors()) {
    EXPECT_EQ(error.message.find("hunter2"), std::string::npos) << error.message;
    EXPECT_EQ(error.hint.find("hunter2"), std::string::npos) << error.hint;
    ASSERT_TRUE(error.location);
    EXPECT_EQ(error.location->excerpt.find("hunter2"), std::string::npos)
        << error.location->excerpt;
  }
}

TEST(EnvAssignment, is_judged_like_a_scalar_in_env) {
  const auto entry = parse_env_assignment("A=kv:db-password");
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->name, "A");
  EXPECT_EQ(entry->origin, EnvEntry::Origin::command_line);
  EXPECT_EQ(std::get<SecretUse>(entry->source).reference.name, "db-password");
}

TEST(EnvAssignment, keeps_further_equals_signs) {
  EXPECT_EQ(std::get<LiteralValue>(parse_env_assignment("A=b=c")->source).text, "b=c");
}

TEST(EnvAssignment, needs_a_name_and_a_value) {
  EXPECT_EQ(parse_env_assignment("A").error().code, Code::usage);
  EXPECT_EQ(parse_env_assignment("A-B=c").error().code, Code::variable_name);
}

TEST(EnvAssignment, shows_nothing_of_a_value) {
  for (const char* text : {"hunter2", "hunter2!=x", "A={{hunter2", "A=kv:hunter2/x/y/z"}) {
    const auto entry = parse_env_assignment(text);
    ASSERT_FALSE(entry.ok());
    EXPECT_EQ(entry.error().message.find("hunter2"), std::string::npos) << entry.error().message;
    EXPECT_EQ(entry.error().location->excerpt, "");
  }
}

}  // namespace
}  // namespace kvlaunch::test
