// kvlaunch's own syntax: kv:, kv://, and the rest forms of mappings and functions.
#include "launcher/manifest/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using VaultForm = Reference::VaultForm;

constexpr std::string_view version = "7c9e6679f0b94d55a8e8d2c4f1a0b3c2";

Reference parsed(std::string_view text) {
  auto result = parse_reference(text);
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : Reference{};
}

Reference parsed_rest(std::string_view text, ObjectKind kind = ObjectKind::secret) {
  auto result = parse_reference_or_rest(text, kind);
  EXPECT_TRUE(result.ok()) << text << ": " << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : Reference{};
}

Error refused(std::string_view text) {
  const auto result = parse_reference(text);
  EXPECT_FALSE(result.ok()) << text;
  return result.ok() ? Error{} : result.error();
}

std::string with_version(std::string_view before, std::string_view after = "") {
  return std::string{before}.append(version).append(after);
}

TEST(Reference, names_a_secret_of_the_default_vault) {
  const auto reference = parsed("kv:db-password");
  EXPECT_EQ(reference.vault_form, VaultForm::default_vault);
  EXPECT_EQ(reference.kind, ObjectKind::secret);
  EXPECT_EQ(reference.name, "db-password");
  EXPECT_EQ(reference.version, "");
  EXPECT_EQ(reference.field, "");
}

TEST(Reference, names_a_vault_by_alias_or_name) {
  const auto reference = parsed(with_version("kv://shared/api-key/"));
  EXPECT_EQ(reference.vault_form, VaultForm::name_or_alias);
  EXPECT_EQ(reference.vault, "shared");
  EXPECT_EQ(reference.name, "api-key");
  EXPECT_EQ(reference.version, version);
}

TEST(Reference, keeps_the_case_of_an_alias_but_not_of_a_host) {
  EXPECT_EQ(parsed("kv://Shared_EU/n").vault, "Shared_EU");
  const auto host = parsed("kv://Contoso.Vault.Azure.NET/n");
  EXPECT_EQ(host.vault_form, VaultForm::host);
  EXPECT_EQ(host.vault, "contoso.vault.azure.net");
}

TEST(Reference, leaves_ports_and_addresses_to_the_host_check) {
  EXPECT_EQ(parsed("kv://vault.local:8443/n").vault, "vault.local:8443");
  EXPECT_EQ(parsed("kv://devbox:8443/n").vault_form, VaultForm::host);
  EXPECT_EQ(parsed("kv://127.0.0.1/n").vault, "127.0.0.1");
  EXPECT_EQ(parsed("kv://[::1]:8443/n").vault, "[::1]:8443");
  EXPECT_EQ(parsed("kv://contoso.vault.azure.net./n").vault, "contoso.vault.azure.net.");
}

TEST(Reference, takes_a_pointer_into_the_value) {
  EXPECT_EQ(parsed("kv:smtp#/credentials/password").field, "/credentials/password");
  EXPECT_EQ(parsed(with_version("kv://v/smtp/", "#/a~1b/~0c/0")).field, "/a~1b/~0c/0");
  EXPECT_EQ(parsed("kv:smtp#/").field, "/");
}

TEST(Reference, ignores_the_case_of_prefix_and_kind_and_keeps_that_of_names) {
  EXPECT_EQ(parsed("KV:Db-Password").name, "Db-Password");
  EXPECT_EQ(parsed("Kv://v/Secrets/n").kind, ObjectKind::secret);
}

TEST(Reference, writes_versions_in_lower_case) {
  EXPECT_EQ(parsed("kv:n/7C9E6679F0B94D55A8E8D2C4F1A0B3C2").version, version);
}

TEST(Reference, takes_the_first_of_two_segments_for_the_kind_where_it_is_one) {
  const auto named_secrets = parsed("kv:secrets");
  EXPECT_EQ(named_secrets.name, "secrets");
  const auto of_kind = parsed("kv:secrets/api-key");
  EXPECT_EQ(of_kind.name, "api-key");
  EXPECT_EQ(of_kind.version, "");
  const auto hex_name = parsed(with_version("kv:secrets/"));
  EXPECT_EQ(hex_name.name, version);
  EXPECT_EQ(hex_name.version, "");
  const auto full = parsed(with_version("kv:secrets/secrets/"));
  EXPECT_EQ(full.name, "secrets");
  EXPECT_EQ(full.version, version);
}

TEST(Reference, names_certificates_and_keys) {
  const auto certificate = parsed("kv:certificates/web-tls#fullchain");
  EXPECT_EQ(certificate.kind, ObjectKind::certificate);
  EXPECT_EQ(certificate.field, "fullchain");
  EXPECT_EQ(parsed("kv://v/keys/signing#pem").kind, ObjectKind::key);
}

TEST(Reference, prints_what_parses_back_to_itself) {
  for (const auto& text :
       {std::string{"kv:db-password"}, std::string{"kv://shared/smtp#/a/b"},
        with_version("kv://contoso.vault.azure.net/n/"), with_version("kv:secrets/secrets/"),
        with_version("kv:secrets/keys/"), std::string{"kv:secrets"},
        with_version("kv:certificates/web-tls/", "#cert"), std::string{"kv:keys/signing"},
        std::string{"kv://[::1]:8443/n"}}) {
    EXPECT_EQ(parsed(text).text(), text);
  }
  EXPECT_EQ(parsed("KV:secrets/n").text(), "kv:n");
}

TEST(Reference, refuses_what_is_no_object_name) {
  for (const auto* const text :
       {"kv:", "kv:#/a", "kv:a_b", "kv:a.b", "kv:a b", "kv:a%20b", "kv:a?x=1", "kv: a", "kv:a\n",
        "kv:\xC3\xA9", "kv:a:b", "kv:secrets/", "kv://v/", "kv://v", "kv://", "kv:///n", "kv:/v/n",
        "kv:a//b", "kv:../n"}) {
    EXPECT_EQ(refused(text).code, Code::reference_syntax) << text;
  }
  EXPECT_EQ(refused("kv:" + std::string(128, 'a')).code, Code::reference_syntax);
  EXPECT_EQ(parsed("kv:" + std::string(127, 'a')).name.size(), 127U);
}

TEST(Reference, refuses_a_version_that_is_not_32_hex_digits) {
  for (const auto* const text :
       {"kv:n/latest", "kv:n/versions", "kv:n/7c9e6679f0b94d55a8e8d2c4f1a0b3c",
        "kv:n/7c9e6679f0b94d55a8e8d2c4f1a0b3c2a", "kv:n/7c9e6679f0b94d55a8e8d2c4f1a0b3cg",
        "kv:certificates/n/policy#cert"}) {
    EXPECT_EQ(refused(text).message, "the version is not 32 hex digits") << text;
  }
}

TEST(Reference, refuses_empty_and_extra_segments) {
  EXPECT_THAT(refused("kv:n/").message, HasSubstr("after the last '/'"));
  EXPECT_THAT(refused(with_version("kv:secrets/n/", "/x")).message, HasSubstr("too many"));
  EXPECT_THAT(refused("kv:a/b/c").message, HasSubstr("too many"));
}

TEST(Reference, refuses_what_does_not_belong_into_a_host) {
  for (const auto* const text :
       {"kv://user@v.vault.azure.net/n", "kv://user:pw@v/n", "kv://a b.c/n", "kv://v!/n",
        "kv://v.vault.azure.net?x/n", "kv://\xC3\xA9.net/n"}) {
    EXPECT_EQ(refused(text).code, Code::reference_syntax) << text;
  }
}

TEST(Reference, refuses_fields_of_the_wrong_kind) {
  EXPECT_THAT(refused("kv:n#").message, HasSubstr("nothing after '#'"));
  EXPECT_THAT(refused("kv:n#password").hint, HasSubstr("#/member"));
  EXPECT_THAT(refused("kv:n#/a~2").message, HasSubstr("~0 or ~1"));
  EXPECT_THAT(refused("kv:n#/a~").message, HasSubstr("~0 or ~1"));
  EXPECT_THAT(refused("kv:n#/a\n").message, HasSubstr("control character"));
  EXPECT_THAT(refused("kv:certificates/n#/a").hint, HasSubstr("#fullchain"));
  EXPECT_THAT(refused("kv:keys/n#cert").hint, HasSubstr("#pem"));
}

TEST(Reference, asks_for_the_part_of_a_certificate_that_is_a_value) {
  EXPECT_THAT(refused("kv:certificates/web-tls").hint, HasSubstr("#fullchain"));
  EXPECT_EQ(parsed_rest("web-tls", ObjectKind::certificate).field, "");
}

TEST(Reference, never_repeats_the_text_in_an_error) {
  for (const auto* const text :
       {"kv:hunter2!", "kv://hunter2!/n", "kv:n/hunter2", "kv:n#hunter2", "akvs://hunter2",
        "@Microsoft.KeyVault(hunter2)", "azure:keyvault:hunter2!", "ref+azurekeyvault://hunter2",
        "op://hunter2", "hunter2"}) {
    const auto error = refused(text);
    EXPECT_THAT(error.message + error.hint, Not(HasSubstr("hunter2"))) << text;
    EXPECT_FALSE(error.hint.empty()) << text;
  }
}

TEST(ReferenceRest, is_what_follows_the_prefix) {
  EXPECT_EQ(parsed_rest("db-password").name, "db-password");
  const auto field = parsed_rest("smtp#/credentials/password");
  EXPECT_EQ(field.name, "smtp");
  EXPECT_EQ(field.field, "/credentials/password");
  const auto vault = parsed_rest("//shared/api-key");
  EXPECT_EQ(vault.vault, "shared");
  EXPECT_EQ(vault.name, "api-key");
  EXPECT_EQ(parsed_rest(with_version("n/")).version, version);
}

TEST(ReferenceRest, takes_the_full_form_too) {
  EXPECT_EQ(parsed_rest("kv://shared/api-key").vault, "shared");
  EXPECT_EQ(parsed_rest("akvs://sub/contoso/n").vault, "contoso");
  EXPECT_EQ(parsed_rest("https://c.vault.azure.net/secrets/n").vault, "c.vault.azure.net");
}

TEST(ReferenceRest, is_of_the_kind_that_is_meant) {
  EXPECT_EQ(parsed_rest("web-tls", ObjectKind::certificate).kind, ObjectKind::certificate);
  EXPECT_EQ(parsed_rest("kv:web-tls#key", ObjectKind::certificate).kind, ObjectKind::certificate);
  EXPECT_EQ(parsed_rest("//v/keys/signing", ObjectKind::key).kind, ObjectKind::key);
}

TEST(ReferenceRest, refuses_another_kind_than_is_meant) {
  const auto error = parse_reference_or_rest("certificates/web-tls", ObjectKind::secret);
  ASSERT_FALSE(error.ok());
  EXPECT_EQ(error.error().message, "a reference to a certificate where a secret is meant");
  EXPECT_FALSE(
      parse_reference_or_rest("https://c.vault.azure.net/secrets/n", ObjectKind::key).ok());
}

TEST(ReferenceRest, refuses_nothing_and_references_of_other_systems) {
  EXPECT_FALSE(parse_reference_or_rest("", ObjectKind::secret).ok());
  const auto foreign = parse_reference_or_rest("op://vault/item/field", ObjectKind::secret);
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code, Code::reference_unsupported);
}

TEST(VaultName, has_the_rules_of_azure) {
  for (const auto* const name : {"abc", "contoso-dev", "A1-b2-C3", "a23456789012345678901234"}) {
    EXPECT_EQ(problem_with_vault_name(name), "") << name;
  }
  for (const auto* const name : {"", "ab", "a234567890123456789012345", "1abc", "-abc", "abc-",
                                 "a--b", "a_b", "a.b", "\xC3\xA9\xC3\xA9"}) {
    EXPECT_NE(problem_with_vault_name(name), "") << name;
  }
}

TEST(VaultAlias, has_no_dot_and_no_colon) {
  EXPECT_EQ(problem_with_vault_alias("eu_1-b"), "");
  for (const auto* const alias : {"", "a.b", "a:b", "a/b", "a b"}) {
    EXPECT_NE(problem_with_vault_alias(alias), "") << alias;
  }
}

}  // namespace
}  // namespace kvlaunch
