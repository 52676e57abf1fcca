// Grants of users at the token endpoint, from password or ticket to the vault.
#include "devvault/user_sign_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corporation.hpp"

namespace devvault {
namespace {

using ::testing::HasSubstr;
using Form = std::map<std::string, std::string>;

const std::string any_tenant = login_url + "/organizations/oauth2/v2.0/token";
constexpr const char* public_client = "d7813711-9094-4ad3-a062-cac3ec74ebe8";
constexpr const char* user_scope = "https://vault.azure.net/.default openid profile offline_access";

class UserSignInTest : public ::testing::Test {
 protected:
  StandIn azure{corporation(), std::make_unique<PlayedAcceptor>()};

  static Form password_form(const std::string& user, const std::string& password) {
    return {{"grant_type", "password"},
            {"client_id", public_client},
            {"username", user},
            {"password", password},
            {"scope", user_scope}};
  }
  static Form saml_form(const std::string& assertion, const std::string& version = "saml1_1") {
    return {{"grant_type", "urn:ietf:params:oauth:grant-type:" + version + "-bearer"},
            {"client_id", public_client},
            {"assertion", kvlaunch::base64_encode(assertion, kvlaunch::Base64::standard)},
            {"scope", user_scope}};
  }
  std::string assertion(const std::string& principal = "worker@CORP.EXAMPLE") {
    return assertion_in(azure.send(trust_request(
        "/13/windowstransport", trust_message(TrustVersion::v1_3), "ticket of " + principal)));
  }
  Response ask(const Form& form, const std::string& url = any_tenant) {
    return azure.send(post_form(url, form));
  }
  int vault_status(const Response& token) {
    Request request = get(vault_url + "/secrets/x?api-version=7.4");
    request.headers.emplace_back("Authorization", "Bearer " + text_at(token, {"access_token"}));
    return azure.send(request).status;
  }
};

TEST_F(UserSignInTest, gives_a_managed_user_a_token_for_the_password) {
  const Response response = ask(password_form("Clerk@cloud.example", "clerks"));
  EXPECT_EQ(response.status, 200) << response.body;
  const auto jwt = split_jwt(text_at(response, {"access_token"}));
  ASSERT_TRUE(jwt.has_value());
  EXPECT_THAT(jwt->payload, HasSubstr(R"("idtyp":"user")"));
  EXPECT_THAT(jwt->payload, HasSubstr(R"("upn":"clerk@cloud.example")"));
  EXPECT_THAT(jwt->payload, HasSubstr(public_client));
}

TEST_F(UserSignInTest, lets_users_sign_in_to_applications_of_the_file_too) {
  Form form = password_form("clerk@cloud.example", "clerks");
  form["client_id"] = client;
  EXPECT_EQ(ask(form).status, 200);
  form["client_id"] = "99999999-9999-9999-9999-999999999999";
  EXPECT_EQ(entra_code(ask(form)), 700016);
}

TEST_F(UserSignInTest, refuses_wrong_passwords_and_unknown_users) {
  EXPECT_EQ(entra_code(ask(password_form("clerk@cloud.example", "wrong"))), 50126);
  EXPECT_EQ(entra_code(ask(password_form("nobody@cloud.example", "x"))), 50034);
  EXPECT_EQ(entra_code(ask(password_form("", "x"))), 900144);
}

TEST_F(UserSignInTest, has_no_password_of_federated_users) {
  EXPECT_EQ(entra_code(ask(password_form("worker@corp.example", " p<w&"))), 50126);
}

TEST_F(UserSignInTest, takes_no_user_on_common) {
  EXPECT_EQ(entra_code(ask(password_form("clerk@cloud.example", "clerks"),
                           login_url + "/common/oauth2/v2.0/token")),
            9001023);
}

TEST_F(UserSignInTest, gives_a_token_for_the_assertion_of_the_federation_server) {
  const Response response = ask(saml_form(assertion()));
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(vault_status(response), 200);
}

TEST_F(UserSignInTest, lets_a_vault_tell_users_apart) {
  EXPECT_EQ(vault_status(ask(saml_form(assertion("visitor@CORP.EXAMPLE")))), 403);
  EXPECT_EQ(vault_status(ask(password_form("clerk@cloud.example", "clerks"))), 403);
}

TEST_F(UserSignInTest, refuses_an_assertion_of_which_a_single_byte_was_changed) {
  const std::string whole = assertion();
  ASSERT_FALSE(whole.empty());
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    EXPECT_EQ(entra_code(ask(saml_form(changed))), 50008) << at;
  }
}

TEST_F(UserSignInTest, refuses_an_assertion_that_was_written_anew) {
  const std::string whole = assertion();
  for (const std::string& changed :
       {" " + whole, whole + "\n", "<?xml version='1.0'?>" + whole,
        whole.substr(0, whole.size() - 1) + " >", whole.substr(0, whole.size() / 2)}) {
    EXPECT_EQ(entra_code(ask(saml_form(changed))), 50008);
  }
}

TEST_F(UserSignInTest, refuses_an_assertion_of_another_version_than_the_grant) {
  EXPECT_EQ(entra_code(ask(saml_form(assertion(), "saml2"))), 50008);
}

TEST_F(UserSignInTest, refuses_an_assertion_after_its_time) {
  const Form form = saml_form(assertion());
  ManualClock::advance(Seconds{3600});
  EXPECT_EQ(entra_code(ask(form)), 50013);
}

TEST_F(UserSignInTest, refuses_an_assertion_of_a_federation_that_is_gone) {
  const Form form = saml_form(assertion());
  StandIn other{corporation("{ host: other.corp.example, keytab: k }"),
                std::make_unique<PlayedAcceptor>()};
  EXPECT_EQ(entra_code(other.send(post_form(any_tenant, form))), 50107);
}

TEST_F(UserSignInTest, takes_saml_2_0_by_its_own_grant) {
  StandIn newer{corporation("{ keytab: k, saml: '2.0' }"), std::make_unique<PlayedAcceptor>()};
  const std::string text = assertion_in(
      newer.send(trust_request("/2005/windowstransport", trust_message(TrustVersion::v2005),
                               "ticket of worker@CORP.EXAMPLE")));
  EXPECT_EQ(newer.send(post_form(any_tenant, saml_form(text, "saml2"))).status, 200);
}

}  // namespace
}  // namespace devvault
