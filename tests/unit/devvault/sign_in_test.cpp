// People who sign in to public clients: device codes and codes for a browser.
#include <gmock/gmock.h>

#include "devvault/jwt.hpp"
#include "stand_in.hpp"

namespace devvault {
namespace {

using testing::HasSubstr;
using Form = std::map<std::string, std::string>;

const std::string public_client = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const std::string token_url = login_url + "/organizations/oauth2/v2.0/token";
const std::string redirect = "http://localhost:41000";
const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

struct SignInTest : testing::Test {
  StandIn azure;

  Response device_code() {
    return azure.send(post_form(
        login_url + "/organizations/oauth2/v2.0/devicecode",
        {{"client_id", public_client}, {"scope", vault_scope + " openid profile offline_access"}}));
  }
  Response poll(const std::string& code, const std::string& client_id = public_client) {
    return azure.send(post_form(token_url, {{"grant_type",
                                             "urn:ietf:params:oauth:grant-type:"
                                             "device_code"},
                                            {"client_id", client_id},
                                            {"device_code", code},
                                            {"scope", vault_scope + " openid"}}));
  }
  Response authorize(Form changed = {}) {
    Form query{{"response_type", "code"},
               {"client_id", public_client},
               {"redirect_uri", redirect},
               {"scope", vault_scope + " openid"},
               {"state", "s1"},
               {"code_challenge", base64url_encode(sha256(verifier))},
               {"code_challenge_method", "S256"}};
    for (auto& [name, value] : changed) query[name] = value;
    Request request = get(login_url + "/organizations/oauth2/v2.0/authorize");
    for (auto& [name, value] : query) request.query.emplace_back(name, value);
    return azure.send(request);
  }
  std::string code_from(const Response& response) {
    const std::string location = header_of(response, "Location");
    const auto start = location.find("code=") + 5;
    return location.substr(start, location.find('&', start) - start);
  }
  Response redeem(const std::string& code, const std::string& with_verifier = verifier,
                  const std::string& with_redirect = redirect) {
    return azure.send(post_form(token_url, {{"grant_type", "authorization_code"},
                                            {"client_id", public_client},
                                            {"code", code},
                                            {"code_verifier", with_verifier},
                                            {"redirect_uri", with_redirect},
                                            {"scope", vault_scope + " openid"}}));
  }
};

TEST_F(SignInTest, is_pending_once_and_then_done) {
  const Response offer = device_code();
  EXPECT_EQ(text_at(offer, {"verification_uri"}), login_url + "/devicelogin");
  EXPECT_THAT(text_at(offer, {"message"}), HasSubstr(text_at(offer, {"user_code"})));
  const std::string code = text_at(offer, {"device_code"});
  EXPECT_EQ(text_at(poll(code), {"error"}), "authorization_pending");
  const Response done = poll(code);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(text_at(poll(code), {"error"}), "bad_verification_code");
}

TEST_F(SignInTest, gives_a_persons_token_that_a_vault_takes) {
  const std::string code = text_at(device_code(), {"device_code"});
  poll(code);
  const std::string token = text_at(poll(code), {"access_token"});
  EXPECT_THAT(split_jwt(token)->payload, HasSubstr("\"idtyp\":\"user\""));
  Request request = get(vault_url + "/secrets/db-password?api-version=7.4");
  request.headers.emplace_back("Authorization", "Bearer " + token);
  EXPECT_EQ(azure.send(request).status, 200);
}

TEST_F(SignInTest, ends_with_the_life_of_the_code) {
  const std::string code = text_at(device_code(), {"device_code"});
  ManualClock::advance(Seconds{901});
  EXPECT_EQ(text_at(poll(code), {"error"}), "expired_token");
}

TEST_F(SignInTest, belongs_to_the_client_that_began_it) {
  const std::string code = text_at(device_code(), {"device_code"});
  poll(code);
  EXPECT_EQ(text_at(poll(code, client), {"error"}), "bad_verification_code");
}

TEST_F(SignInTest, sends_a_browser_back_with_a_code_that_works_once) {
  const Response response = authorize();
  EXPECT_EQ(response.status, 302);
  EXPECT_THAT(header_of(response, "Location"), testing::StartsWith(redirect + "?code="));
  EXPECT_THAT(header_of(response, "Location"), HasSubstr("&state=s1&"));
  const std::string code = code_from(response);
  EXPECT_EQ(redeem(code).status, 200);
  EXPECT_EQ(entra_code(redeem(code)), 54005);
}

TEST_F(SignInTest, redeems_a_code_for_its_verifier_and_redirect_only) {
  EXPECT_EQ(entra_code(redeem(code_from(authorize()), "another")), 501481);
  EXPECT_EQ(entra_code(redeem(code_from(authorize()), verifier, "http://localhost:1")), 50011);
  EXPECT_EQ(text_at(poll(code_from(authorize())), {"error"}), "bad_verification_code");
}

TEST_F(SignInTest, sends_codes_to_this_machine_only_and_never_without_a_challenge) {
  EXPECT_EQ(entra_code(authorize({{"redirect_uri", "https://elsewhere.example/"}})), 50011);
  EXPECT_EQ(entra_code(authorize({{"code_challenge", ""}})), 9002325);
  EXPECT_EQ(entra_code(authorize({{"code_challenge_method", "plain"}})), 9002325);
}

TEST_F(SignInTest, can_be_waited_for_as_long_as_the_file_says) {
  Config config = small_config();
  config.sign_in_polls = 0;
  StandIn quick{config};
  const Response offer = quick.send(post_form(login_url + "/" + tenant + "/oauth2/v2.0/devicecode",
                                              {{"client_id", client}, {"scope", vault_scope}}));
  const Response token = quick.send(post_form(login_url + "/" + tenant + "/oauth2/v2.0/token",
                                              {{"grant_type", "device_code"},
                                               {"client_id", client},
                                               {"device_code", text_at(offer, {"device_code"})}}));
  EXPECT_EQ(token.status, 200);
}

}  // namespace
}  // namespace devvault
