#include <gmock/gmock.h>

#include "tests/unit/providers/made_certificate.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(EnvironmentProvider, is_unavailable_without_variables_and_names_them) {
  Scene scene;
  EXPECT_EQ(reason_of(scene.acquire(make_environment, Usage::chained)),
            "AZURE_TENANT_ID and AZURE_CLIENT_ID are not set");
}

TEST(EnvironmentProvider, counts_empty_variables_as_unset) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"}, {"AZURE_CLIENT_ID", ""}};
  EXPECT_EQ(reason_of(scene.acquire(make_environment, Usage::chained)),
            "AZURE_CLIENT_ID is not set");
}

TEST(EnvironmentProvider, is_unavailable_when_only_tenant_and_client_are_set) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"}, {"AZURE_CLIENT_ID", "app"}};
  EXPECT_EQ(reason_of(scene.acquire(make_environment, Usage::chained)),
            "AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH are not set");
}

TEST(EnvironmentProvider, alone_calls_missing_variables_a_mistake) {
  Scene scene;
  const auto error = error_of(scene.acquire(make_environment));
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.hint, HasSubstr("AZURE_CLIENT_SECRET"));
}

TEST(EnvironmentProvider, prefers_the_secret_to_the_certificate) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_CLIENT_SECRET", "s"},
              {"AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_environment)), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_secret=s"));
}

TEST(EnvironmentProvider, stops_the_chain_when_the_certificate_file_is_missing) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere"}};
  const auto error = error_of(scene.acquire(make_environment, Usage::chained));
  EXPECT_EQ(error.code, Code::credential_file);
  EXPECT_THAT(notes_of(error), HasSubstr("AZURE_CLIENT_CERTIFICATE_PATH"));
}

class EnvironmentCertificate : public ::testing::Test {
 protected:
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_CLIENT_CERTIFICATE_PATH", "/c.pfx"},
              {"AZURE_CLIENT_CERTIFICATE_PASSWORD", "pw"}};
  void SetUp() override {
    auto status = FakeFiles::safe_file();
    status.mode = 0600;
    scene.fake.files.put("/c.pfx", MadeCertificate::shared().pkcs12("pw"), status);
    scene.give_token(public_token_url);
  }
  std::size_t size_of_body() { return scene.body_of(0).size(); }
};

TEST_F(EnvironmentCertificate, opens_with_the_password_of_its_variable) {
  EXPECT_EQ(token_of(scene.acquire(make_environment)), "tok-1");
  EXPECT_THAT(scene.body_of(0), Not(HasSubstr("client_secret")));
}

TEST_F(EnvironmentCertificate, is_sent_with_its_chain_when_the_variable_says_so) {
  scene.fake.environment.set("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "TRUE");
  EXPECT_EQ(token_of(scene.acquire(make_environment)), "tok-1");
  // {"alg":"PS256","typ":"JWT","x5t#S256":... is followed by the certificate itself.
  EXPECT_GT(size_of_body(), 1800U);
}

TEST(EnvironmentProvider, asks_the_authority_of_the_variable) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_CLIENT_SECRET", "s"},
              {"AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us"}};
  scene.give_token("POST https://login.microsoftonline.us/contoso/oauth2/v2.0/token");
  EXPECT_EQ(token_of(scene.acquire(make_environment)), "tok-1");
}

TEST(EnvironmentProvider, sends_nothing_to_an_unknown_authority) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"},
              {"AZURE_CLIENT_SECRET", "s"},
              {"AZURE_AUTHORITY_HOST", "https://evil.example"}};
  EXPECT_EQ(error_of(scene.acquire(make_environment)).code, Code::authority_untrusted);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

}  // namespace
}  // namespace kvlaunch::test
