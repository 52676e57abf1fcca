// Signing in with a JWT: by a registered certificate, and by federation.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "devvault/certificate.hpp"
#include "devvault/client_assertion.hpp"
#include "devvault/json_object.hpp"
#include "devvault/jwt.hpp"
#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string endpoint = login_url + "/" + tenant + "/oauth2/v2.0/token";
constexpr std::int64_t now = 1'800'000'000;

// A key with a self-signed certificate; made once, for it takes time.
struct Pair {
  SigningKey key;
  std::string pem;
  std::string der;
};

Pair make_pair(std::int64_t not_after = now + 3600) {
  Pair pair;
  pair.key = make_signing_key();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), not_after);
  X509_set_pubkey(certificate.get(), pair.key.get());
  X509_sign(certificate.get(), pair.key.get(), EVP_sha256());
  const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
  PEM_write_bio_X509(out.get(), certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  pair.pem.assign(text, static_cast<std::size_t>(size));
  if (const auto read = read_certificate(pair.pem)) pair.der = read->der;
  return pair;
}

const Pair& registered() {
  static const Pair pair = make_pair();
  return pair;
}

const Pair& stranger() {
  static const Pair pair = make_pair();
  return pair;
}

const Pair& expired() {
  static const Pair pair = make_pair(now - 1);
  return pair;
}

// What a client would sign; tests change one thing at a time.
struct Assertion {
  std::string algorithm = "PS256";
  std::string x5t, x5t_s256 = base64url_encode(sha256(registered().der));
  std::string issuer = client, subject = client, audience = endpoint;
  std::int64_t not_before = now, expires = now + 600;
  std::string expires_text;  // in place of `expires`, as JSON
  const Pair* signer = &registered();

  [[nodiscard]] std::string text() const {
    JsonObject header;
    header.text("typ", "JWT").text("alg", algorithm);
    if (!x5t.empty()) header.text("x5t", x5t);
    if (!x5t_s256.empty()) header.text("x5t#S256", x5t_s256);
    const std::string payload =
        JsonObject{}
            .text("iss", issuer)
            .text("sub", subject)
            .text("aud", audience)
            .text("jti", "1")
            .number("nbf", not_before)
            .raw("exp", expires_text.empty() ? std::to_string(expires) : expires_text)
            .str();
    const std::string part = base64url_encode(header.str()) + "." + base64url_encode(payload);
    const auto scheme = algorithm == "PS256" ? SignatureScheme::ps256 : SignatureScheme::rs256;
    return part + "." + base64url_encode(sign(*signer->key, scheme, part).value_or(""));
  }
};

Config with_certificate() {
  Config config = small_config();
  config.identities["app"].certificates = {registered().pem, expired().pem};
  config.identities["app"].federated = {
      {"https://issuer.example/", "repo:o/r:ref:refs/heads/main", "api://AzureADTokenExchange"}};
  return config;
}

Response sign_in(StandIn& azure, const std::string& assertion) {
  return azure.send(post_form(endpoint, {{"grant_type", "client_credentials"},
                                         {"client_id", client},
                                         {"client_assertion_type",
                                          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                                         {"client_assertion", assertion},
                                         {"scope", vault_scope}}));
}

std::int64_t refusal(const Assertion& assertion) {
  StandIn azure{with_certificate()};
  const Response response = sign_in(azure, assertion.text());
  EXPECT_NE(response.status, 200);
  return entra_code(response);
}

TEST(CertificateAssertion, is_taken_with_ps256_and_the_sha256_thumbprint) {
  StandIn azure{with_certificate()};
  EXPECT_EQ(sign_in(azure, Assertion{}.text()).status, 200);
}

TEST(CertificateAssertion, is_taken_with_rs256_and_the_sha1_thumbprint) {
  StandIn azure{with_certificate()};
  Assertion assertion;
  assertion.algorithm = "RS256";
  assertion.x5t = base64url_encode(sha1(registered().der));
  assertion.x5t_s256 = "";
  EXPECT_EQ(sign_in(azure, assertion.text()).status, 200);
}

TEST(CertificateAssertion, needs_a_certificate_that_has_not_expired) {
  Assertion assertion;
  assertion.x5t_s256 = base64url_encode(sha256(expired().der));
  assertion.signer = &expired();
  EXPECT_EQ(refusal(assertion), 700027);
}

TEST(CertificateAssertion, needs_a_registered_certificate) {
  Assertion assertion;
  assertion.signer = &stranger();
  assertion.x5t_s256 = base64url_encode(sha256(stranger().der));
  EXPECT_EQ(refusal(assertion), 700027);
}

TEST(CertificateAssertion, needs_the_key_of_the_certificate) {
  Assertion assertion;
  assertion.signer = &stranger();
  EXPECT_EQ(refusal(assertion), 700027);
}

TEST(CertificateAssertion, needs_thumbprints_that_agree) {
  Assertion assertion;
  assertion.x5t = base64url_encode(sha1(stranger().der));
  EXPECT_EQ(refusal(assertion), 700027);
}

TEST(CertificateAssertion, needs_the_exact_url_of_the_endpoint_as_audience) {
  Assertion assertion;
  assertion.audience = login_url + "/" + tenant + "/oauth2/token";
  EXPECT_EQ(refusal(assertion), 700023);
}

TEST(CertificateAssertion, needs_the_client_as_issuer_and_subject) {
  Assertion assertion;
  assertion.issuer = tenant;
  EXPECT_EQ(refusal(assertion), 700021);
  assertion.issuer = client;
  assertion.subject = tenant;
  EXPECT_EQ(refusal(assertion), 700021);
}

TEST(CertificateAssertion, needs_the_right_time_give_or_take_five_minutes) {
  StandIn azure{with_certificate()};
  Assertion late;
  late.expires = now - 299;
  EXPECT_EQ(sign_in(azure, late.text()).status, 200);
  late.expires = now - 301;
  EXPECT_EQ(refusal(late), 700024);
  Assertion early;
  early.not_before = now + 301;
  EXPECT_EQ(refusal(early), 700024);
}

TEST(CertificateAssertion, may_write_its_times_with_a_fraction_or_in_quotes) {
  StandIn azure{with_certificate()};
  for (const char* text : {"1800000600.25", "1.8000006e9", "\"1800000600\""}) {
    Assertion assertion;
    assertion.expires_text = text;
    EXPECT_EQ(sign_in(azure, assertion.text()).status, 200) << text;
  }
  for (const char* text : {"1e300", "99999999999999999999"}) {
    Assertion assertion;
    assertion.expires_text = text;
    EXPECT_EQ(sign_in(azure, assertion.text()).status, 200) << text;
  }
  for (const char* text : {"-1e300", "null", "\"soon\"", "1799990000.5"}) {
    Assertion assertion;
    assertion.expires_text = text;
    EXPECT_NE(sign_in(azure, assertion.text()).status, 200) << text;
  }
}

TEST(CertificateAssertion, needs_a_thumbprint_and_a_known_algorithm) {
  Assertion assertion;
  assertion.x5t_s256 = "";
  EXPECT_EQ(refusal(assertion), 50027);
  Assertion other;
  other.algorithm = "RS512";
  EXPECT_EQ(refusal(other), 50027);
}

TEST(CertificateAssertion, is_no_jwt_when_it_does_not_look_like_one) {
  StandIn azure{with_certificate()};
  for (const char* text : {"x", "a.b.c", "e30.e30.", "bm8.bm8.bm8", "..."}) {
    EXPECT_EQ(entra_code(sign_in(azure, text)), 50027) << text;
  }
}

TEST(CertificateAssertion, needs_its_type) {
  StandIn azure{with_certificate()};
  const Response response = azure.send(post_form(endpoint, {{"grant_type", "client_credentials"},
                                                            {"client_id", client},
                                                            {"client_assertion", "x"},
                                                            {"scope", vault_scope}}));
  EXPECT_EQ(entra_code(response), 900144);
}

Assertion foreign() {
  Assertion assertion;
  assertion.algorithm = "RS256";
  assertion.x5t_s256 = "";
  assertion.issuer = "https://issuer.example/";
  assertion.subject = "repo:o/r:ref:refs/heads/main";
  assertion.audience = "api://AzureADTokenExchange";
  assertion.signer = &stranger();
  return assertion;
}

TEST(FederatedAssertion, is_taken_when_issuer_subject_and_audience_match) {
  StandIn azure{with_certificate()};
  EXPECT_EQ(sign_in(azure, foreign().text()).status, 200);
}

TEST(FederatedAssertion, is_refused_by_what_does_not_match) {
  Assertion assertion = foreign();
  assertion.issuer = "https://other.example/";
  EXPECT_EQ(refusal(assertion), 700211);
  assertion = foreign();
  assertion.audience = "api://other";
  EXPECT_EQ(refusal(assertion), 700212);
  assertion = foreign();
  assertion.subject = "repo:o/r:ref:refs/heads/other";
  EXPECT_EQ(refusal(assertion), 700213);
  assertion = foreign();
  assertion.subject = "repo:O/R:ref:refs/heads/main";
  EXPECT_EQ(refusal(assertion), 7002138);
}

TEST(FederatedAssertion, is_refused_when_no_single_credential_matches_all_of_it) {
  Config config = with_certificate();
  config.identities["app"].federated = {{"https://issuer.example/", "one", "audience"},
                                        {"https://issuer.example/", "two", "other"}};
  StandIn azure{config};
  Assertion assertion = foreign();
  assertion.subject = "one";
  assertion.audience = "other";
  EXPECT_EQ(entra_code(sign_in(azure, assertion.text())), 70021);
}

TEST(FederatedAssertion, is_refused_out_of_its_time) {
  Assertion assertion = foreign();
  assertion.expires = now - 301;
  EXPECT_EQ(refusal(assertion), 700024);
}

TEST(FederatedAssertion, of_devvault_itself_is_taken_for_its_identity) {
  StandIn azure;
  EXPECT_EQ(sign_in(azure, azure.azure().federated_assertion("app")).status, 200);
}

TEST(FederatedAssertion, of_devvault_itself_must_have_its_signature) {
  StandIn azure;
  Assertion assertion = foreign();
  assertion.issuer = own_federation_issuer;
  assertion.subject = "system:serviceaccount:default:app";
  EXPECT_EQ(entra_code(sign_in(azure, assertion.text())), 700027);
}

TEST(FederatedAssertion, of_devvault_itself_does_not_serve_another_identity) {
  Config config = small_config();
  Identity other = config.identities["app"];
  other.name = "other";
  other.client_id = "77777777-7777-7777-7777-777777777777";
  config.identities["other"] = other;
  StandIn azure{config};
  EXPECT_EQ(entra_code(sign_in(azure, azure.azure().federated_assertion("other"))), 700213);
}

}  // namespace
}  // namespace devvault
