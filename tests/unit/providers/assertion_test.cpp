#include "providers/assertion.hpp"

#include <gtest/gtest.h>

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "tests/unit/providers/made_certificate.hpp"

namespace kvlaunch::test {
namespace {

const MadeCertificate& app() {
  return MadeCertificate::shared();
}

// An assertion, taken apart as Entra would.
struct Parsed {
  std::string header, claims, signed_text, signature;
};

Parsed make(AssertionStyle style, CertificateChain chain, const std::string& client_id = "app-1") {
  const auto certificate = load_certificate(
      app().key_pem() + MadeCertificate::other().certificate_pem() + app().certificate_pem(),
      Secret{}, "app.pem");
  const auto assertion =
      make_assertion(*certificate,
                     {"https://login.microsoftonline.com/contoso/oauth2/v2.0/token", client_id,
                      "id-1", std::chrono::sys_seconds{std::chrono::seconds{1'767'225'600}}},
                     style, chain);
  const std::string text{assertion->reveal()};
  const auto first = text.find('.');
  const auto second = text.find('.', first + 1);
  return {*base64_decode(text.substr(0, first), Base64::url),
          *base64_decode(text.substr(first + 1, second - first - 1), Base64::url),
          text.substr(0, second), *base64_decode(text.substr(second + 1), Base64::url)};
}

TEST(Assertion, is_signed_with_pss_and_a_salt_of_32_bytes) {
  const auto parsed = make(AssertionStyle::entra, CertificateChain::leave_out);
  EXPECT_TRUE(app().verifies(parsed.signed_text, parsed.signature, MadeCertificate::Padding::pss));
  EXPECT_FALSE(MadeCertificate::other().verifies(parsed.signed_text, parsed.signature,
                                                 MadeCertificate::Padding::pss));
}

TEST(Assertion, names_the_certificate_by_its_sha256_thumbprint) {
  const auto parsed = make(AssertionStyle::entra, CertificateChain::leave_out);
  EXPECT_EQ(parsed.header, R"({"alg":"PS256","typ":"JWT","x5t#S256":")" +
                               base64_encode(sha256(app().certificate_der()), Base64::url) + "\"}");
}

TEST(Assertion, says_who_to_whom_and_for_how_long) {
  const auto parsed = make(AssertionStyle::entra, CertificateChain::leave_out);
  EXPECT_EQ(parsed.claims,
            R"({"aud":"https://login.microsoftonline.com/contoso/oauth2/v2.0/token",)"
            R"("iss":"app-1","sub":"app-1","jti":"id-1",)"
            R"("nbf":1767225600,"iat":1767225600,"exp":1767226200})");
}

TEST(Assertion, carries_the_chain_signing_certificate_first_when_asked_to) {
  const auto parsed = make(AssertionStyle::entra, CertificateChain::send);
  const auto header = Json::parse(parsed.header);
  const auto chain = header->member("x5c")->elements();
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_EQ(chain[0].string(), base64_encode(app().certificate_der(), Base64::standard));
  EXPECT_EQ(chain[1].string(),
            base64_encode(MadeCertificate::other().certificate_der(), Base64::standard));
}

TEST(Assertion, for_adfs_uses_the_older_algorithm_and_thumbprint) {
  const auto parsed = make(AssertionStyle::adfs, CertificateChain::leave_out);
  EXPECT_TRUE(
      app().verifies(parsed.signed_text, parsed.signature, MadeCertificate::Padding::pkcs1));
  EXPECT_EQ(Json::parse(parsed.header)->member("alg")->string(), "RS256");
  EXPECT_TRUE(Json::parse(parsed.header)->member("x5t"));
}

TEST(Assertion, cannot_be_broken_out_of_by_a_client_id) {
  const std::string odd = "a\",\"iss\":\"b\\\n";
  const auto parsed = make(AssertionStyle::entra, CertificateChain::leave_out, odd);
  const auto claims = Json::parse(parsed.claims);
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->member("iss")->string(), odd);
}

TEST(Thumbprint, is_the_one_that_the_portal_shows) {
  const auto certificate =
      load_certificate(app().key_pem() + app().certificate_pem(), Secret{}, "app.pem");
  EXPECT_EQ(thumbprints_of(*certificate).sha1, sha1_hex(app().certificate_der()));
}

}  // namespace
}  // namespace kvlaunch::test
