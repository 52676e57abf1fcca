#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/string_identity.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;

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
    "https://contoso.vault.azure.net/secrets/cert";

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
  EXPECT_EQ(vault.identifier, "https://contoso.vault.azure.net/secrets/cert");
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
  EXPECT_THAT(notes_of(token.error()), HasSubstr("https://contoso.vault.azure.net/secrets/cert"));
}

}  // namespace
}  // namespace kvlaunch::test
