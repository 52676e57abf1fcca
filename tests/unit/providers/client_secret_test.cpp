#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

IdentitySpec app() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::client_secret;
  spec.tenant_id = "contoso";
  spec.client_id = "app-1";
  spec.client_secret = SecretSource{SecretSource::Kind::environment, "APP_SECRET"};
  return spec;
}

TEST(ClientSecret, posts_the_secret_of_the_named_variable_form_encoded) {
  Scene scene{{"APP_SECRET", "p&s w+d/~"}};
  scene.give_token(public_token_url);
  EXPECT_EQ(token_of(scene.acquire(make_client_secret, app())), "tok-1");
  EXPECT_EQ(scene.body_of(0),
            "grant_type=client_credentials&client_id=app-1&"
            "scope=https%3A%2F%2Fvault.azure.net%2F.default&client_secret=p%26s%20w%2Bd%2F~");
  EXPECT_EQ(scene.header_of(0, "content-type"), "application/x-www-form-urlencoded");
}

TEST(ClientSecret, gives_the_token_the_life_that_the_answer_states) {
  Scene scene{{"APP_SECRET", "x"}};
  scene.give_token(public_token_url);
  const auto outcome = scene.acquire(make_client_secret, app());
  EXPECT_EQ(std::get<AccessToken>(outcome).expires_at,
            scene.fake.clock.wall() + std::chrono::seconds{3599});
}

TEST(ClientSecret, alone_reports_a_missing_variable_as_configuration) {
  Scene scene;
  const auto error = error_of(scene.acquire(make_client_secret, app()));
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.message, HasSubstr("APP_SECRET is not set"));
}

TEST(ClientSecret, in_a_chain_is_unavailable_without_its_variable) {
  Scene scene;
  EXPECT_THAT(reason_of(scene.acquire(make_client_secret, app(), Usage::chained)),
              HasSubstr("APP_SECRET is not set"));
}

TEST(ClientSecret, takes_tenant_and_client_from_the_variables_where_the_manifest_has_none) {
  Scene scene{{"AZURE_TENANT_ID", "contoso"}, {"AZURE_CLIENT_ID", "app-2"}, {"APP_SECRET", "x"}};
  scene.give_token(public_token_url);
  auto spec = app();
  spec.tenant_id.clear();
  spec.client_id.clear();
  EXPECT_EQ(token_of(scene.acquire(make_client_secret, spec)), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("client_id=app-2"));
}

TEST(ClientSecret, translates_a_wrong_secret_and_keeps_the_original_line) {
  Scene scene{{"APP_SECRET", "wrong-one"}};
  scene.answer(
      public_token_url, 401,
      R"({"error":"invalid_client","error_codes":[7000215],"correlation_id":"c-1",)"
      R"("error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: t"})");
  const auto error = error_of(scene.acquire(make_client_secret, app()));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_EQ(error.message, "the client secret is wrong (AADSTS7000215)");
  EXPECT_THAT(error.hint, HasSubstr("Value"));
  EXPECT_EQ(error.request_id, "c-1");
  EXPECT_EQ(notes_of(error),
            "Entra says: AADSTS7000215: Invalid client secret provided.\n"
            "correlation id: c-1\n"
            "see https://login.microsoftonline.com/error?code=7000215\n");
}

TEST(ClientSecret, does_not_quote_an_answer_that_repeats_the_secret) {
  Scene scene{{"APP_SECRET", "hunter2-hunter2"}};
  scene.answer(public_token_url, 401,
               R"({"error":"invalid_client","error_description":"bad: hunter2-hunter2"})");
  const auto error = error_of(scene.acquire(make_client_secret, app()));
  EXPECT_THAT(error.message + error.hint + notes_of(error), Not(HasSubstr("hunter2")));
}

TEST(ClientSecret, asks_adfs_for_a_resource_at_its_own_endpoint) {
  Scene scene{{"APP_SECRET", "x"}};
  auto spec = app();
  spec.tenant_id = "adfs";
  spec.authority_host = "sts.contoso.com";
  spec.trust_authority = true;
  scene.give_token("POST https://sts.contoso.com/adfs/oauth2/token");
  EXPECT_EQ(token_of(scene.acquire(make_client_secret, spec)), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("&resource=https%3A%2F%2Fvault.azure.net&"));
}

TEST(ClientSecret, passes_the_claims_of_a_challenge_on) {
  Scene scene{{"APP_SECRET", "x"}};
  scene.give_token(public_token_url);
  scene.request.claims = R"({"access_token":{}})";
  EXPECT_EQ(token_of(scene.acquire(make_client_secret, app())), "tok-1");
  EXPECT_THAT(scene.body_of(0), HasSubstr("&claims=%7B%22access_token%22%3A%7B%7D%7D&"));
}

TEST(ClientSecret, refuses_a_tenant_that_nobody_allowed_before_sending_anything) {
  Scene scene{{"APP_SECRET", "x"}};
  scene.request.tenant = "fabrikam";
  const auto error = error_of(scene.acquire(make_client_secret, app()));
  EXPECT_EQ(error.code, Code::tenant_mismatch);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

}  // namespace
}  // namespace kvlaunch::test
