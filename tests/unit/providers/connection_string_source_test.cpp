#include "providers/connection_string_source.hpp"

#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "providers/catalogue.hpp"
#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* metadata = "GET http://169.254.169.254";
const std::string own_store = "/home/me/.config/kvlaunch/certs/";
const std::string app = "RunAs=App;AppId=app-1;TenantId=contoso;";

IdentitySpec string_identity(const std::string& text) {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::connection_string;
  spec.label = "legacy";
  spec.connection_string = text;
  spec.where = Location{.file = "kvlaunch.yaml", .line = 3, .column = 7};
  return spec;
}

IdentitySpec string_in(SecretSource::Kind kind, const std::string& name) {
  IdentitySpec spec = string_identity("");
  spec.connection_string_source = SecretSource{kind, name};
  return spec;
}

using Shared = std::shared_ptr<const AccessToken>;

Result<Shared> ask(Scene& scene, const IdentitySpec& spec, VaultSecretReader* reader = nullptr) {
  auto settings = scene.context(Usage::alone).settings;
  settings.read_vault_secret = reader;
  auto source = make_token_source(spec, settings, scene.world);
  if (!source) return source.errors();
  return (*source)->token(scene.request, scene.fake.deadline());
}
Result<Shared> ask(Scene& scene, const std::string& text, VaultSecretReader* reader = nullptr) {
  return ask(scene, string_identity(text), reader);
}

std::string value_of(const Result<Shared>& token) {
  return token ? std::string{(*token)->value.reveal()} : token.error().message;
}

FileStatus private_file() {
  auto status = FakeFiles::safe_file();
  status.mode = 0600;
  return status;
}

void store(Scene& scene, const std::string& name, const MadeCertificate& made) {
  scene.fake.files.put(own_store + name, made.key_pem() + made.certificate_pem(), private_file());
}

TEST(ConnectionStringSource, sends_the_app_key_of_the_string) {
  Scene scene;
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, app + "AppKey='s;3'")), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_id=app-1"));
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_secret=s%3B3"));
}

TEST(ConnectionStringSource, takes_nothing_of_another_credential_from_variables) {
  Scene scene{{"AZURE_TENANT_ID", "fabrikam"},
              {"AZURE_CLIENT_ID", "other"},
              {"AZURE_CLIENT_SECRET", "other-secret"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, app + "AppKey=s")), "tok-1");
  EXPECT_THAT(scene.body_of(0), Not(HasSubstr("other")));
}

TEST(ConnectionStringSource, selects_one_credential_and_nothing_after_it) {
  Scene scene;
  scene.answer(public_token_url, 401,
               R"({"error":"invalid_client","error_codes":[7000215],"error_description":"x"})");
  const auto token = ask(scene, app + "AppKey=wrong");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
  EXPECT_EQ((token.error().message + notes_of(token.error())).find("wrong"), std::string::npos);
}

TEST(ConnectionStringSource, asks_the_managed_identity_of_the_machine_or_the_one_named) {
  Scene scene{{"AZURE_CLIENT_ID", "other"}};
  scene.give_token(metadata);
  EXPECT_EQ(value_of(ask(scene, "RunAs=App")), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().back(), Not(HasSubstr("client_id")));
  EXPECT_EQ(value_of(ask(scene, "RunAs=App;AppId=mine")), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().back(), HasSubstr("client_id=mine"));
}

TEST(ConnectionStringSource, bounds_the_retries_of_a_managed_identity) {
  Scene scene;
  scene.answer(metadata, 500, "{}");
  const auto start = scene.fake.clock.steady();
  const auto token = ask(scene, "RunAs=App;MsiRetryTimeout=5");
  ASSERT_FALSE(token.ok());
  EXPECT_LE(scene.fake.clock.steady() - start, std::chrono::seconds{5});
  EXPECT_THAT(notes_of(token.error()), HasSubstr("MsiRetryTimeout allows 5 s"));
  EXPECT_THAT(token.error().hint, HasSubstr("raise MsiRetryTimeout"));
}

TEST(ConnectionStringSource, asks_az_where_it_is_installed_apart) {
  Scene scene{{"AzureCLIPath", "/opt/az/bin"}};
  scene.fake.commands.install("/opt/az/bin", "az", [](const CommandRequest&) {
    return Result<CommandResult>{
        FakeCommands::succeeded(R"({"accessToken":"az-token","expires_on":1767229200})")};
  });
  EXPECT_EQ(value_of(ask(scene, "RunAs=Developer;DeveloperTool=AzureCli")), "az-token");
}

TEST(ConnectionStringSource, signs_with_the_certificate_of_a_thumbprint) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& made = MadeCertificate::shared();
  store(scene, "app.pem", made);
  scene.give_token(public_token_url);
  EXPECT_EQ(
      value_of(ask(scene, app + "CertificateStoreLocation=CurrentUser;CertificateThumbprint=" +
                              sha1_hex(made.certificate_der()))),
      "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_assertion=eyJ"));
}

TEST(ConnectionStringSource, tries_each_certificate_that_matches_the_newest_first) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& base = MadeCertificate::shared();
  store(scene, "old.pem", base.reissued({{"CN", "app"}}, std::chrono::hours{-48}));
  store(scene, "new.pem", base.reissued({{"CN", "app"}}, std::chrono::hours{-1}));
  scene.give_token(public_token_url);
  scene.answer_once(public_token_url, 401,
                    R"({"error":"invalid_client","error_codes":[700027],"error_description":"x"})");
  EXPECT_EQ(value_of(ask(scene, app + "CertificateStoreLocation=1;CertificateSubjectName=CN=app")),
            "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(2));
}

TEST(ConnectionStringSource, lists_the_reason_of_each_certificate_when_none_is_accepted) {
  Scene scene{{"HOME", "/home/me"}};
  const auto& base = MadeCertificate::shared();
  const auto old = base.reissued({{"CN", "app"}}, std::chrono::hours{-48});
  const auto fresh = base.reissued({{"CN", "app"}}, std::chrono::hours{-1});
  store(scene, "old.pem", old);
  store(scene, "new.pem", fresh);
  scene.answer(public_token_url, 401,
               R"({"error":"invalid_client","error_codes":[700027],"error_description":"x"})");
  const auto token = ask(scene, app + "CertificateStoreLocation=1;CertificateSubjectName=app");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::identity_refused);
  EXPECT_THAT(token.error().message, HasSubstr("none of the 2 certificates"));
  EXPECT_THAT(token.error().notes,
              ElementsAre(HasSubstr("certificate " + sha1_hex(fresh.certificate_der())),
                          HasSubstr("certificate " + sha1_hex(old.certificate_der()))));
}

// A function pointer carries no state: the one under test is here.
struct VaultInTest {
  std::string value;
  std::string content_type;
  std::string identifier;
  std::string token;
};
VaultInTest vault;

Result<VaultSecret> read_in_test(const std::string& identifier, TokenSource& identity,
                                 World& /*world*/, const Deadline& deadline) {
  vault.identifier = identifier;
  const auto token = identity.token(TokenRequest{vault_scope, "fabrikam", ""}, deadline);
  if (!token) return token.errors();
  vault.token = (*token)->value.reveal();
  return VaultSecret{Secret{vault.value}, vault.content_type};
}

const std::string vault_string =
    "RunAs=App;AppId=app-1;KeyVaultCertificateSecretIdentifier="
    "https://v.vault.azure.net/secrets/cert";

// A token whose tenant is fabrikam, for the managed identity that opens the vault.
void give_vault_token(Scene& scene) {
  const std::string token = "e30." + base64_encode(R"({"tid":"fabrikam"})", Base64::url) + ".c2ln";
  scene.answer(metadata, 200, R"({"expires_in":3599,"access_token":")" + token + "\"}");
}

constexpr const char* fabrikam_url =
    "POST https://login.microsoftonline.com/fabrikam/oauth2/v2.0/token";

TEST(VaultCertificate, is_read_by_the_managed_identity_and_used_in_the_tenant_of_its_token) {
  Scene scene;
  give_vault_token(scene);
  scene.give_token(fabrikam_url);
  const std::string bytes = MadeCertificate::shared().pkcs12("");
  vault = {base64_encode(bytes, Base64::standard), "application/x-pkcs12", "", ""};
  EXPECT_EQ(value_of(ask(scene, vault_string, read_in_test)), "tok-1");
  EXPECT_EQ(vault.identifier, "https://v.vault.azure.net/secrets/cert");
}

TEST(VaultCertificate, is_used_in_the_tenant_of_the_string_where_it_has_one) {
  Scene scene;
  give_vault_token(scene);
  scene.give_token(public_token_url);
  const auto& made = MadeCertificate::shared();
  vault = {made.key_pem() + made.certificate_pem(), "application/x-pem-file", "", ""};
  EXPECT_EQ(value_of(ask(scene, vault_string + ";TenantId=contoso", read_in_test)), "tok-1");
}

TEST(VaultCertificate, may_have_legacy_encryption_and_line_ends_in_its_base64) {
  Scene scene;
  give_vault_token(scene);
  scene.give_token(fabrikam_url);
  std::string text = base64_encode(
      MadeCertificate::shared().pkcs12("", MadeCertificate::Cipher::rc2), Base64::standard);
  for (std::size_t at = 64; at < text.size(); at += 66) text.insert(at, "\r\n");
  vault = {text, "application/x-pkcs12", "", ""};
  EXPECT_EQ(value_of(ask(scene, vault_string, read_in_test)), "tok-1");
}

TEST(VaultCertificate, is_read_by_the_user_assigned_identity_that_the_string_names) {
  Scene scene;
  give_vault_token(scene);
  scene.give_token(fabrikam_url);
  const std::string bytes = MadeCertificate::shared().pkcs12("");
  vault = {base64_encode(bytes, Base64::standard), "application/x-pkcs12", "", ""};
  EXPECT_EQ(value_of(ask(scene, vault_string + ";KeyVaultUserAssignedManagedIdentityId=reader",
                         read_in_test)),
            "tok-1");
  bool selected = false;
  for (const std::string& line : scene.fake.transport.requests()) {
    selected = selected || line.find("client_id=reader") != std::string::npos;
  }
  EXPECT_TRUE(selected);
}

TEST(VaultCertificate, refuses_a_secret_that_is_no_certificate) {
  Scene scene;
  give_vault_token(scene);
  vault = {"hunter2", "text/plain", "", ""};
  const auto token = ask(scene, vault_string, read_in_test);
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::credential_file);
  EXPECT_THAT(token.error().message, HasSubstr("its content type is text/plain"));
  EXPECT_EQ((token.error().message + token.error().hint).find("hunter2"), std::string::npos);
}

TEST(VaultCertificate, refuses_what_is_no_base64_and_what_is_no_pkcs12) {
  for (const char* const value : {"not base64!", "bm90IGEgY2VydGlmaWNhdGU="}) {
    Scene scene;
    give_vault_token(scene);
    vault = {value, "application/x-pkcs12", "", ""};
    const auto token = ask(scene, vault_string, read_in_test);
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().code, Code::credential_file);
  }
}

TEST(VaultCertificate, names_every_identity_that_could_not_open_the_vault) {
  Scene scene;
  scene.answer(metadata, 400, R"({"error":"invalid_request"})");
  const auto token = ask(scene, vault_string, read_in_test);
  ASSERT_FALSE(token.ok());
  EXPECT_THAT(token.error().message, HasSubstr("the app's certificate could not be read"));
  EXPECT_THAT(notes_of(token.error()), HasSubstr("Azure CLI: az is not installed"));
  EXPECT_THAT(notes_of(token.error()), HasSubstr("https://v.vault.azure.net/secrets/cert"));
}

TEST(ConnectionStringSource, reads_the_string_where_the_manifest_says) {
  Scene scene{{"CS", "RunAs=App;AppId=app-1;TenantId=contoso;AppKey=s"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(value_of(ask(scene, string_in(SecretSource::Kind::environment, "CS"))), "tok-1");
  scene.fake.files.put("/run/cs", app + "AppKey=s\n", private_file());
  EXPECT_EQ(value_of(ask(scene, string_in(SecretSource::Kind::file, "/run/cs"))), "tok-1");
}

TEST(ConnectionStringSource, places_its_errors_and_sends_nothing) {
  Scene scene;
  const auto token = ask(scene, "RunAs=App;AppKey=s");
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, Code::connection_string);
  EXPECT_EQ(token.error().location->line, 3);
  const auto absent = ask(scene, string_in(SecretSource::Kind::environment, "CS"));
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, Code::identity_configuration);
  EXPECT_EQ(absent.error().location->line, 3);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(0));
}

TEST(ConnectionStringSource, says_in_the_log_what_is_selected_and_warns_of_unknown_keys) {
  Scene scene;
  scene.give_token(public_token_url);
  EXPECT_TRUE(ask(scene, app + "AppKey=hunter2;Hunter2=hunter2").ok());
  EXPECT_THAT(
      scene.fake.log.notes(),
      ::testing::Contains(HasSubstr("legacy: the connection string selects client secret")));
  ASSERT_THAT(scene.fake.log.warnings(), SizeIs(1));
  EXPECT_THAT(scene.fake.log.warnings().front(), HasSubstr("legacy: part 5"));
  for (const auto& line : scene.fake.log.notes()) EXPECT_THAT(line, Not(HasSubstr("unter2")));
}

TEST(ConnectionStringSource, knows_the_tenant_of_the_string) {
  Scene scene;
  const auto tenant_of = [&](const std::string& text) {
    return (*make_token_source(string_identity(text), {}, scene.world))->configured_tenant();
  };
  EXPECT_EQ(tenant_of(app + "AppKey=s"), "contoso");
  EXPECT_EQ(tenant_of("RunAs=App"), "");
}

}  // namespace
}  // namespace kvlaunch::test
