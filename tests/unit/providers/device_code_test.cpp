#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* code_url =
    "POST https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode";
constexpr const char* token_url =
    "POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token";

class DeviceCode : public ::testing::Test {
 protected:
  Scene scene;

  void SetUp() override { offers(R"("interval":5)"); }
  void offers(const std::string& rest) {
    scene.answer(code_url, 200,
                 R"({"user_code":"ABC123","device_code":"dc-1","expires_in":60,)"
                 R"("verification_uri":"https://login.example/device",)" +
                     rest + "}");
  }
  void says(const std::string& error) {
    scene.answer(token_url, 400, R"({"error":")" + error + R"("})");
  }
  void says_once(const std::string& error) {
    scene.answer_once(token_url, 400, R"({"error":")" + error + R"("})");
  }
  Outcome ask(const IdentitySpec& spec = {}) { return scene.acquire(make_device_code, spec); }
};

TEST_F(DeviceCode, shows_a_code_and_waits_until_it_was_entered) {
  says_once("authorization_pending");
  says_once("authorization_pending");
  scene.give_token(token_url);
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(
      scene.fake.terminal.lines,
      ElementsAre("to sign in, open https://login.example/device in a browser and enter the "
                  "code ABC123"));
  EXPECT_THAT(scene.fake.clock.sleeps(),
              ElementsAre(Milliseconds{5000}, Milliseconds{5000}, Milliseconds{5000}));
}

TEST_F(DeviceCode, says_it_in_the_words_of_the_server_where_there_are_some) {
  offers(R"("message":"To sign in, open the page\u001b[2J and enter ABC123")");
  scene.give_token(token_url);
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_EQ(scene.fake.terminal.lines.front(), "To sign in, open the page?[2J and enter ABC123");
}

TEST_F(DeviceCode, asks_for_the_scope_as_the_azure_cli_unless_an_app_is_named) {
  scene.give_token(token_url);
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
  EXPECT_THAT(scene.body_of(0), HasSubstr("vault.azure.net%2F.default%20openid"));
  EXPECT_THAT(scene.body_of(1), HasSubstr("device_code=dc-1"));
  EXPECT_THAT(scene.body_of(1), HasSubstr("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
                                          "device_code"));
  IdentitySpec spec;
  spec.client_id = "own-app";
  EXPECT_EQ(token_of(ask(spec)), "tok-1");
  EXPECT_THAT(scene.body_of(2), HasSubstr("client_id=own-app"));
}

TEST_F(DeviceCode, signs_in_to_the_tenant_of_the_identity_or_of_the_vault) {
  scene.answer("/fabrikam/oauth2/v2.0/devicecode", 500, "");
  scene.request.tenant = "fabrikam";
  EXPECT_EQ(error_of(ask()).code, Code::identity_temporary);
  EXPECT_THAT(scene.fake.transport.requests(), Each(HasSubstr("/fabrikam/")));
}

TEST_F(DeviceCode, asks_more_slowly_when_told_to) {
  says_once("slow_down");
  says_once("slow_down");
  scene.give_token(token_url);
  EXPECT_EQ(token_of(ask()), "tok-1");
  EXPECT_EQ(scene.fake.clock.sleeps().back(), Milliseconds{15'000});
}

TEST_F(DeviceCode, that_was_declined_is_refused) {
  says("authorization_declined");
  EXPECT_EQ(error_of(ask()).message, "the sign-in was declined");
  EXPECT_EQ(error_of(ask()).code, Code::identity_refused);
}

TEST_F(DeviceCode, that_expired_is_refused) {
  says("expired_token");
  EXPECT_EQ(error_of(ask()).message, "the code was not entered before it expired");
}

TEST_F(DeviceCode, ends_with_the_life_of_the_code) {
  says("authorization_pending");
  EXPECT_EQ(error_of(ask()).message, "the code was not entered before it expired");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1 + 11));
}

TEST_F(DeviceCode, ends_with_the_deadline_and_says_how_to_allow_more_time) {
  offers(R"("expires_in":900)");
  says("authorization_pending");
  const auto error = error_of(ask());
  EXPECT_EQ(error.code, Code::deadline);
  EXPECT_THAT(error.hint, HasSubstr("--timeout"));
}

TEST_F(DeviceCode, never_asks_in_a_circle_whatever_interval_the_server_names) {
  offers(R"("interval":0)");
  says("authorization_pending");
  EXPECT_EQ(error_of(ask()).message, "the code was not entered before it expired");
  EXPECT_THAT(scene.fake.clock.sleeps(), Each(Milliseconds{1000}));
  offers(R"("interval":99999999999)");
  EXPECT_NE(error_of(ask()).code, Code::internal);
}

TEST_F(DeviceCode, passes_other_refusals_on) {
  scene.answer(token_url, 400, R"({"error":"invalid_grant","error_codes":[53003]})");
  EXPECT_THAT(error_of(ask()).message, HasSubstr("AADSTS53003"));
}

TEST_F(DeviceCode, needs_an_answer_with_a_code) {
  for (const char* body : {"{}", R"({"user_code":"A"})"}) {
    scene.answer(code_url, 200, body);
    EXPECT_EQ(error_of(ask()).code, Code::response_malformed) << body;
  }
  for (const char* body : {"[]", "<html>"}) {
    scene.answer(code_url, 200, body);
    EXPECT_EQ(error_of(ask()).code, Code::identity_temporary) << body;
  }
  EXPECT_THAT(scene.fake.terminal.lines, IsEmpty());
}

TEST_F(DeviceCode, without_a_terminal_is_unavailable_and_asks_nothing) {
  scene.fake.terminal.somebody = false;
  EXPECT_EQ(reason_of(ask()), "there is no terminal, so nobody can sign in");
  EXPECT_THAT(scene.fake.transport.requests(), IsEmpty());
}

}  // namespace
}  // namespace kvlaunch::test
