#include "providers/user_realm.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/federation_texts.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class UserRealmTest : public ::testing::Test {
 protected:
  Scene scene;
  Url authority = *parse_url("https://login.microsoftonline.com");

  Result<UserRealm> ask(const std::string& user = "worker@corp.example") {
    return ask_user_realm(scene.world, authority, user, scene.fake.deadline());
  }
  Error refusal(const std::string& body, int status = 200) {
    scene.answer(realm_url, status, body);
    const auto realm = ask();
    return realm ? Error{.code = Code::internal, .message = "(no error)"} : realm.error();
  }
};

TEST_F(UserRealmTest, names_the_metadata_and_audience_of_a_federated_domain) {
  scene.answer(realm_url, 200, federated_realm());
  const auto realm = ask();
  ASSERT_TRUE(realm.ok());
  EXPECT_EQ(realm->kind, UserRealm::Kind::federated);
  EXPECT_EQ(realm->domain, "corp.example");
  EXPECT_EQ(realm->metadata.text(), "https://sts.corp.example/adfs/services/trust/mex");
  EXPECT_EQ(realm->audience, "urn:federation:MicrosoftOnline");
}

TEST_F(UserRealmTest, escapes_the_user_in_the_path) {
  scene.answer(realm_url, 200, federated_realm());
  static_cast<void>(ask("a/b?c d@corp.example"));
  EXPECT_EQ(scene.fake.transport.requests()[0],
            std::string{realm_url} + "a%2Fb%3Fc%20d%40corp.example?api-version=1.0");
  EXPECT_EQ(scene.header_of(0, "Accept"), "application/json");
}

TEST_F(UserRealmTest, asks_for_tokens_for_the_public_cloud_when_no_audience_is_named) {
  scene.answer(realm_url, 200,
               R"({"account_type":"federated","domain_name":"d","federation_metadata_url":)"
               R"("https://sts.d/mex"})");
  EXPECT_EQ(ask()->audience, "urn:federation:MicrosoftOnline");
}

TEST_F(UserRealmTest, tells_a_managed_domain) {
  scene.answer(realm_url, 200, R"({"account_type":"Managed","domain_name":"cloud.example"})");
  EXPECT_EQ(ask()->kind, UserRealm::Kind::managed);
}

TEST_F(UserRealmTest, says_that_a_domain_is_unknown_and_which_variable_names_the_user) {
  const Error error = refusal(R"({"account_type":"Unknown"})");
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("corp.example"));
  EXPECT_THAT(error.hint, HasSubstr("AZURE_USERNAME"));
}

TEST_F(UserRealmTest, knows_microsoft_accounts_by_their_domain) {
  const Error error = refusal(R"({"account_type":"Managed","domain_name":"live.com"})");
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("Microsoft account"));
}

TEST_F(UserRealmTest, refuses_a_federation_without_ws_trust) {
  const Error error = refusal(
      R"({"account_type":"Federated","domain_name":"d.example","federation_protocol":"SAML20"})");
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.message, HasSubstr("SAML20"));
}

TEST_F(UserRealmTest, says_so_when_entra_knows_no_metadata) {
  const Error error = refusal(R"({"account_type":"Federated","domain_name":"d.example"})");
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.message, HasSubstr("metadata"));
}

TEST_F(UserRealmTest, refuses_metadata_in_the_clear) {
  const Error error =
      refusal(R"({"account_type":"Federated","domain_name":"d","federation_metadata_url":)"
              R"("http://sts.d/mex"})");
  EXPECT_EQ(error.code, Code::response_malformed);
}

TEST_F(UserRealmTest, follows_no_redirect) {
  EXPECT_EQ(refusal("", 302).code, Code::redirect_refused);
}

TEST_F(UserRealmTest, never_quotes_what_is_not_entra_s) {
  const Error error = refusal("<html>MARKED</html>");
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message + error.hint, Not(HasSubstr("MARKED")));
  EXPECT_EQ(refusal("[]").code, Code::response_malformed);
  EXPECT_EQ(refusal(R"({"account_type":"Other"})").code, Code::response_malformed);
  EXPECT_EQ(refusal("", 404).code, Code::response_malformed);
}

TEST_F(UserRealmTest, tries_three_times_when_the_service_fails) {
  EXPECT_EQ(refusal("", 503).code, Code::identity_temporary);
  EXPECT_EQ(scene.fake.transport.requests().size(), 3U);
}

TEST_F(UserRealmTest, takes_no_more_than_64_kib) {
  scene.answer(realm_url, 200, federated_realm());
  static_cast<void>(ask());
  EXPECT_EQ(scene.fake.transport.request(0).max_body_bytes, 64U * 1024U);
}

}  // namespace
}  // namespace kvlaunch::test
