#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

using Type = IdentitySpec::Type;

IdentitySpec identity_of(std::string_view settings) {
  Manifest manifest = Desk{"identities:\n  x: " + std::string{settings} + "\n"}.loaded();
  return manifest.identities["x"];
}

Lines problems_with(std::string_view settings) {
  return problems_of("identities:\n  x: " + std::string{settings} + "\n");
}

TEST(Identity, is_the_chain_when_none_is_named) {
  EXPECT_FALSE(Desk{"vault: vault-a\n"}.loaded().identity);
  EXPECT_EQ(Desk{"identity: auto\n"}.loaded().identity->type, Type::automatic);
}

TEST(Identity, is_found_by_its_name) {
  const Manifest manifest =
      Desk{"identity: batch\nidentities: { batch: { type: managed-identity, client-id: 5a } }\n"}
          .loaded();
  EXPECT_EQ(manifest.identity->label, "batch");
  EXPECT_EQ(manifest.identity->type, Type::managed_identity);
  EXPECT_EQ(manifest.identity->client_id, "5a");
}

TEST(Identity, may_be_a_bare_type) {
  EXPECT_EQ(Desk{"identity: azure-cli\n"}.loaded().identity->type, Type::azure_cli);
}

TEST(Identity, may_stand_inline) {
  const auto identity = Desk{"identity: { type: azure-cli, subscription: s }\n"}.loaded().identity;
  EXPECT_EQ(identity->type, Type::azure_cli);
  EXPECT_EQ(identity->subscription, "s");
}

TEST(Identity, that_nobody_declared_is_an_error_with_a_suggestion) {
  const Error error =
      only_error("identity: bacth\nidentities: { batch: { type: managed-identity } }\n");
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_EQ(error.hint, "did you mean batch?");
}

TEST(Identity, of_a_vault_must_be_known_too) {
  EXPECT_EQ(problems_of("vaults:\n  eu: { vault: con, identity: nobody }\n"),
            Lines{"identity-configuration 3:31"});
}

TEST(Identity, of_a_vault_may_stand_inline) {
  const Manifest manifest =
      Desk{"vaults: { eu: { vault: con, identity: { type: browser } } }\n"}.loaded();
  EXPECT_EQ(manifest.vaults.at("eu").inline_identity->type, Type::browser);
}

TEST(Identity, reads_every_setting_of_its_type) {
  EXPECT_EQ(identity_of("{ type: managed-identity, resource-id: /r }").resource_id, "/r");
  EXPECT_EQ(identity_of("{ type: managed-identity, object-id: o }").object_id, "o");
  EXPECT_EQ(identity_of("{ type: workload-identity, token-file: /t }").token_file, "/t");
  EXPECT_TRUE(identity_of("{ type: workload-identity, identity-binding: true }").identity_binding);
  EXPECT_FALSE(identity_of("{ type: workload-identity }").identity_binding);
  EXPECT_EQ(
      identity_of("{ type: azure-pipelines, service-connection-id: s }").service_connection_id,
      "s");
  const IdentitySpec certificate = identity_of(
      "{ type: client-certificate, tenant-id: t, certificate-file: /c.pem, send-chain: true,\n"
      "       certificate-password: { credential: pw } }");
  EXPECT_EQ(certificate.certificate_file, "/c.pem");
  EXPECT_TRUE(certificate.send_chain);
  EXPECT_EQ(certificate.certificate_password->kind, SecretSource::Kind::credential);
}

TEST(Identity, takes_secrets_from_variables_and_files) {
  EXPECT_EQ(identity_of("{ type: client-secret, client-secret: { env: S } }").client_secret->name,
            "S");
  EXPECT_EQ(
      identity_of("{ type: client-secret, client-secret: { file: /run/s } }").client_secret->kind,
      SecretSource::Kind::file);
}

TEST(Identity, refuses_a_secret_as_text_without_showing_it) {
  const Error error =
      only_error("identities:\n  x: { type: client-secret, client-secret: hunter2 }\n");
  EXPECT_EQ(error.code, Code::manifest_wrong_type);
  EXPECT_NE(error.hint.find("{ env: NAME }"), std::string::npos);
  EXPECT_EQ(error.message.find("hunter2"), std::string::npos);
  EXPECT_EQ(error.location->excerpt, "  x: { type: …, client-secret: … }");
}

TEST(Identity, refuses_a_secret_with_two_sources) {
  EXPECT_EQ(problems_with("{ type: client-secret, client-secret: { env: A, file: /b } }"),
            Lines{"manifest-conflict 3:44"});
}

TEST(Identity, refuses_settings_of_another_type) {
  EXPECT_EQ(problems_with("{ type: azure-cli, token-file: /t }"), Lines{"manifest-conflict 3:25"});
  EXPECT_EQ(problems_with("{ type: azure-cli, identity-binding: true }"),
            Lines{"manifest-conflict 3:25"});
}

TEST(Identity, refuses_to_name_a_managed_identity_twice) {
  EXPECT_EQ(problems_with("{ type: managed-identity, client-id: a, resource-id: b }"),
            Lines{"manifest-conflict 3:46"});
}

TEST(Identity, refuses_a_type_that_does_not_exist) {
  EXPECT_EQ(problems_with("{ type: managed-identiy, client-id: a }"),
            Lines{"manifest-bad-value 3:14"});
}

TEST(Identity, needs_to_say_what_it_is) {
  EXPECT_EQ(problems_with("{ client-id: a }"), Lines{"manifest-missing-value 3:3"});
}

TEST(Identity, takes_a_chain_of_types) {
  const IdentitySpec spec = identity_of("{ chain: [workload-identity, azure-cli] }");
  EXPECT_EQ(spec.chain, (std::vector{Type::workload_identity, Type::azure_cli}));
}

TEST(Identity, refuses_a_type_beside_a_chain) {
  EXPECT_EQ(problems_with("{ chain: [azure-cli], type: browser }"),
            Lines{"manifest-conflict 3:28"});
}

TEST(Identity, refuses_a_chain_that_repeats_itself_or_is_empty) {
  EXPECT_EQ(problems_with("{ chain: [azure-cli, azure-cli] }"), Lines{"manifest-conflict 3:27"});
  EXPECT_EQ(problems_with("{ chain: [] }"), Lines{"manifest-bad-value 3:15"});
}

TEST(Identity, takes_a_connection_string) {
  const IdentitySpec spec = identity_of("{ connection-string: 'RunAs=App;AppId=5a' }");
  EXPECT_EQ(spec.type, Type::connection_string);
  EXPECT_EQ(spec.connection_string, "RunAs=App;AppId=5a");
}

TEST(Identity, takes_a_connection_string_from_a_variable) {
  EXPECT_EQ(identity_of("{ connection-string: { env: CS } }").connection_string_source->name, "CS");
}

TEST(Identity, refuses_an_app_key_without_showing_it) {
  const Error error = only_error(
      "identities:\n  x: { connection-string: 'RunAs=App;AppId=5a;APPKEY = hunter2' }\n");
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_NE(error.hint.find("AzureServicesAuthConnectionString"), std::string::npos);
  EXPECT_EQ(error.location->excerpt, "  x: { connection-string: … }");
}

TEST(Identity, refuses_an_app_key_however_its_blanks_are_written) {
  for (const char* const text :
       {"AppKey=x", "appkey =x", "APPKEY\\u00a0=x", "\\x41ppKey\\u2003 =x"}) {
    const auto lines = problems_of("identities:\n  x: { connection-string: \"RunAs=App;" +
                                   std::string{text} + "\" }\n");
    EXPECT_EQ(lines, Lines{"identity-configuration 3:27"}) << text;
  }
  EXPECT_EQ(problems_with("{ connection-string: 'RunAs=App;AppId=appkey' }"), Lines{});
}

TEST(Identity, remembers_where_a_connection_string_stands_without_its_text) {
  const auto where = identity_of("{ connection-string: 'RunAs=App;AppId=hunter2' }").where;
  ASSERT_TRUE(where);
  EXPECT_EQ(where->line, 3);
  EXPECT_EQ(where->column, 27);
  EXPECT_EQ(where->excerpt, "  x: { connection-string: … }");
}

TEST(Identity, refuses_an_unknown_authority_unless_it_is_trusted) {
  EXPECT_EQ(problems_with("{ type: browser, authority-host: login.example }"),
            Lines{"authority-untrusted 3:23"});
  EXPECT_EQ(identity_of("{ type: browser, authority-host: 'https://Login.Example/', "
                        "trust-authority: true }")
                .authority_host,
            "login.example");
}

TEST(Identity, takes_the_authority_of_a_known_cloud) {
  EXPECT_EQ(
      identity_of("{ type: browser, authority-host: login.microsoftonline.us }").authority_host,
      "login.microsoftonline.us");
}

TEST(Identity, refuses_an_authority_with_a_path_or_without_tls) {
  EXPECT_EQ(problems_with("{ type: browser, authority-host: 'login.microsoftonline.com/t' }"),
            Lines{"manifest-bad-value 3:39"});
  EXPECT_EQ(problems_with("{ type: browser, authority-host: 'http://login.microsoftonline.com' }"),
            Lines{"manifest-bad-value 3:39"});
}

TEST(Identity, refuses_a_tenant_that_is_none) {
  EXPECT_EQ(problems_with("{ type: browser, tenant-id: 'a/b' }"), Lines{"manifest-bad-value 3:23"});
}

}  // namespace
}  // namespace kvlaunch::test
