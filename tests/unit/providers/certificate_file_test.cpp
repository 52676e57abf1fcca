#include "providers/certificate_file.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/made_certificate.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const MadeCertificate& app() {
  return MadeCertificate::shared();
}
const MadeCertificate& other() {
  return MadeCertificate::other();
}

Result<SigningCertificate> load(const std::string& bytes, const std::string& password = "") {
  return load_certificate(bytes, Secret{password}, "app.pem");
}

std::string problem(const std::string& bytes, const std::string& password = "") {
  const auto loaded = load(bytes, password);
  if (loaded) return "(loaded)";
  EXPECT_EQ(loaded.error().code, Code::credential_file);
  return loaded.error().message;
}

void expect_app(const std::string& bytes, const std::string& password = "") {
  const auto loaded = load(bytes, password);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->chain_der.front(), app().certificate_der());
}

TEST(Pem, loads_in_any_order_of_key_and_certificate) {
  expect_app(app().key_pem() + app().certificate_pem());
  expect_app(app().certificate_pem() + app().key_pem());
}

TEST(Pem, loads_keys_in_the_traditional_form) {
  expect_app(app().traditional_key_pem() + app().certificate_pem());
}

TEST(Pem, finds_the_certificate_of_the_key_among_others) {
  const auto loaded = load(other().certificate_pem() + app().certificate_pem() + app().key_pem());
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(loaded->chain_der, ElementsAre(app().certificate_der(), other().certificate_der()));
}

TEST(Pem, ignores_text_between_the_blocks) {
  expect_app("Bag Attributes\n" + app().key_pem() + "subject=CN = app\n" + app().certificate_pem());
}

TEST(Pem, opens_an_encrypted_key_with_the_password) {
  const auto bytes = app().encrypted_key_pem("open sesame") + app().certificate_pem();
  expect_app(bytes, "open sesame");
  EXPECT_THAT(problem(bytes), HasSubstr("is encrypted"));
  EXPECT_THAT(problem(bytes, "wrong"), HasSubstr("the password does not open"));
}

TEST(Pem, knows_when_the_certificate_ends) {
  const auto loaded = load(app().key_pem() + app().certificate_pem());
  EXPECT_EQ(loaded->not_after, WallTime{std::chrono::seconds{2'208'988'800}});  // 2040-01-01
}

TEST(Pem, without_key_certificate_or_match_says_which) {
  EXPECT_THAT(problem(app().certificate_pem()), HasSubstr("no private key"));
  EXPECT_THAT(problem(app().key_pem()), HasSubstr("no certificate"));
  EXPECT_THAT(problem(app().key_pem() + other().certificate_pem()), HasSubstr("belongs to"));
}

TEST(Pem, with_two_keys_is_refused) {
  EXPECT_THAT(problem(app().key_pem() + other().key_pem() + app().certificate_pem()),
              HasSubstr("more than one private key"));
}

TEST(Pem, with_an_elliptic_key_is_refused) {
  const MadeCertificate elliptic{KeyKind::elliptic};
  EXPECT_THAT(problem(elliptic.key_pem() + elliptic.certificate_pem()), HasSubstr("RSA"));
}

TEST(Pem, with_a_damaged_block_is_refused_without_quoting_it) {
  const auto message =
      problem("-----BEGIN CERTIFICATE-----\nTUlJRGFtYWdlZA==\n-----END CERTIFICATE-----\n" +
              app().key_pem());
  EXPECT_THAT(message, HasSubstr("cannot be read"));
  EXPECT_THAT(message, Not(HasSubstr("TUlJ")));
}

TEST(Pem, with_very_many_certificates_is_refused) {
  std::string bytes = app().key_pem() + app().certificate_pem();
  for (int i = 0; i < 16; ++i) bytes += other().certificate_pem();
  EXPECT_THAT(problem(bytes), HasSubstr("too many"));
}

using Cipher = MadeCertificate::Cipher;
using EmptyPassword = MadeCertificate::EmptyPassword;

TEST(Pkcs12, opens_with_its_password) {
  expect_app(app().pkcs12("pass"), "pass");
  EXPECT_THAT(problem(app().pkcs12("pass"), "wrong"), HasSubstr("the password does not open"));
  EXPECT_THAT(problem(app().pkcs12("pass")), HasSubstr("it has a password"));
}

TEST(Pkcs12, opens_without_password_in_both_encodings) {
  expect_app(app().pkcs12("", Cipher::aes, EmptyPassword::as_empty_text));
  expect_app(app().pkcs12("", Cipher::aes, EmptyPassword::as_nothing));
  expect_app(app().pkcs12("", Cipher::triple_des, EmptyPassword::as_nothing));
}

TEST(Pkcs12, opens_with_the_ciphers_of_old_exports) {
  expect_app(app().pkcs12("pass", Cipher::triple_des), "pass");
  expect_app(app().pkcs12("pass", Cipher::rc2), "pass");
  expect_app(app().pkcs12("pass", Cipher::rc2_for_the_key_too), "pass");
}

TEST(Pkcs12, keeps_the_chain_behind_the_signing_certificate) {
  const auto loaded =
      load(app().pkcs12("pass", Cipher::aes, EmptyPassword::as_empty_text, &other()), "pass");
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(loaded->chain_der, ElementsAre(app().certificate_der(), other().certificate_der()));
}

TEST(CertificateFile, of_another_kind_is_refused) {
  EXPECT_THAT(problem("hello"), HasSubstr("neither PEM nor PKCS#12"));
  EXPECT_THAT(problem(""), HasSubstr("neither PEM nor PKCS#12"));
  EXPECT_THAT(problem(app().pkcs12("pass").substr(0, 500), "pass"), HasSubstr("neither PEM nor"));
}

}  // namespace
}  // namespace kvlaunch::test
