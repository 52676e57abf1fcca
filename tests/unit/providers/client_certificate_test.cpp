#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "launcher/base/json.hpp"
#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* path = "/etc/app/cert.pem";

FileStatus private_file() {
  auto status = FakeFiles::safe_file();
  status.mode = 0600;
  return status;
}

IdentitySpec app() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::client_certificate;
  spec.tenant_id = "contoso";
  spec.client_id = "app-1";
  spec.certificate_file = path;
  return spec;
}

void place_certificate(Scene& scene) {
  const auto& made = MadeCertificate::shared();
  scene.fake.files.put(path, made.key_pem() + made.certificate_pem(), private_file());
}

// A claim of the assertion in the n-th request.
std::int64_t claim(Scene& scene, std::size_t n, const std::string& name) {
  const std::string body = scene.body_of(n);
  const std::string marker = "client_assertion=";
  const auto start = body.find(marker) + marker.size();
  const auto first = body.find('.', start);
  const auto second = body.find('.', first + 1);
  const auto claims = base64_decode(body.substr(first + 1, second - first - 1), Base64::url);
  return Json::parse(*claims)->member(name)->integer().value_or(-1);
}

TEST(ClientCertificate, sends_an_assertion_instead_of_a_secret) {
  Scene scene;
  place_certificate(scene);
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_client_certificate, app())), "tok-1");
  EXPECT_THAT(scene.body_of(0),
              HasSubstr("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type"
                        "%3Ajwt-bearer&client_assertion=eyJ"));
}

TEST(ClientCertificate, opens_the_file_with_the_password_of_the_manifest) {
  Scene scene{{"CERT_PASSWORD", "pw"}};
  scene.fake.files.put(path, MadeCertificate::shared().pkcs12("pw"), private_file());
  scene.give_token(public_token_url);
  auto spec = app();
  spec.certificate_password = SecretSource{SecretSource::Kind::environment, "CERT_PASSWORD"};
  EXPECT_EQ(token_of(scene.acquire(make_client_certificate, spec)), "tok-1");
}

TEST(ClientCertificate, shows_the_thumbprints_when_entra_does_not_know_the_certificate) {
  Scene scene;
  place_certificate(scene);
  scene.answer(public_token_url, 401, R"({"error":"invalid_client","error_codes":[700027]})");
  const auto error = error_of(scene.acquire(make_client_certificate, app()));
  EXPECT_THAT(notes_of(error),
              HasSubstr("SHA-1 " + sha1_hex(MadeCertificate::shared().certificate_der())));
}

TEST(ClientCertificate, corrects_its_times_once_by_the_clock_of_entra) {
  Scene scene;
  place_certificate(scene);
  scene.answer_once(public_token_url, 401, R"({"error":"invalid_client","error_codes":[700024]})",
                    {{"Date", "Thu, 01 Jan 2026 01:00:00 GMT"}});
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_client_certificate, app())), "tok-1");
  EXPECT_EQ(claim(scene, 1, "nbf") - claim(scene, 0, "nbf"), 3600);
  EXPECT_THAT(scene.fake.log.warnings(),
              ElementsAre("the clock of this machine is 3600 s behind Entra's / correct the clock "
                          "of this machine"));
}

TEST(ClientCertificate, gives_up_when_corrected_times_do_not_help) {
  Scene scene;
  place_certificate(scene);
  scene.answer(public_token_url, 401, R"({"error":"invalid_client","error_codes":[700024]})",
               {{"Date", "Thu, 01 Jan 2026 01:00:00 GMT"}});
  EXPECT_EQ(error_of(scene.acquire(make_client_certificate, app())).code, Code::identity_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(2));
}

TEST(ClientCertificate, stops_a_chain_when_its_file_cannot_be_used) {
  Scene scene;
  EXPECT_EQ(error_of(scene.acquire(make_client_certificate, app(), Usage::chained)).code,
            Code::credential_file);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

TEST(ClientCertificate, alone_reports_a_missing_file_setting_as_configuration) {
  Scene scene;
  auto spec = app();
  spec.certificate_file.clear();
  const auto error = error_of(scene.acquire(make_client_certificate, spec));
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.hint, HasSubstr("certificate-file"));
}

}  // namespace
}  // namespace kvlaunch::test
