// The two CI systems: how each asks for a job's token, and what both make of the answers.
#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string foreign_token() {
  return "eyJh." +
         base64_encode(R"({"iss":"https://token.example","sub":"repo:o/r","aud":"api://x"})",
                       Base64::url) +
         ".sig";
}

class GithubOidc : public ::testing::Test {
 protected:
  Scene scene{{"ACTIONS_ID_TOKEN_REQUEST_URL", "https://ci.example/token?api-version=2.0"},
              {"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-token"},
              {"AZURE_TENANT_ID", "contoso"},
              {"AZURE_CLIENT_ID", "app"}};
  void SetUp() override {
    scene.answer("GET https://ci.example/", 200,
                 R"({"count":1,"value":")" + foreign_token() + "\"}");
    scene.give_token(public_token_url);
  }
  Outcome alone() { return scene.acquire(make_github_oidc); }
};

TEST_F(GithubOidc, exchanges_the_jobs_token_for_one_of_entra) {
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("GET https://ci.example/token?api-version=2.0&audience=api%3A%2F%2F"
                          "AzureADTokenExchange",
                          public_token_url));
  EXPECT_EQ(scene.header_of(0, "Authorization"), "bearer job-token");
  EXPECT_THAT(scene.body_of(1), HasSubstr("client_assertion=" + foreign_token()));
}

TEST_F(GithubOidc, asks_anew_for_every_token) {
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(4));
}

TEST_F(GithubOidc, begins_the_query_where_the_url_has_none) {
  scene.fake.environment.set("ACTIONS_ID_TOKEN_REQUEST_URL", "https://ci.example/token");
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().front(), HasSubstr("/token?audience=api"));
}

TEST_F(GithubOidc, asks_for_the_audience_of_the_cloud) {
  IdentitySpec spec;
  spec.authority_host = "login.microsoftonline.us";
  scene.give_token("POST https://login.microsoftonline.us/contoso/");
  EXPECT_EQ(token_of(scene.acquire(make_github_oidc, spec)), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().front(), HasSubstr("AzureADTokenExchangeUSGov"));
}

TEST_F(GithubOidc, without_the_permission_is_not_configured) {
  scene.fake.environment.unset("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  const auto outcome = scene.acquire(make_github_oidc, Usage::chained);
  EXPECT_EQ(reason_of(outcome), "ACTIONS_ID_TOKEN_REQUEST_TOKEN is not set");
  EXPECT_THAT(std::get<Unavailable>(outcome).hint, HasSubstr("id-token: write"));
  EXPECT_EQ(error_of(alone()).code, Code::identity_configuration);
}

TEST_F(GithubOidc, without_an_app_is_not_configured) {
  scene.fake.environment.unset("AZURE_CLIENT_ID");
  EXPECT_EQ(reason_of(scene.acquire(make_github_oidc, Usage::chained)),
            "AZURE_CLIENT_ID is not set");
}

TEST_F(GithubOidc, sends_the_jobs_token_over_https_only) {
  scene.fake.environment.set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://ci.example/token");
  EXPECT_EQ(error_of(alone()).message, "ACTIONS_ID_TOKEN_REQUEST_URL: only https is allowed");
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(0));
}

TEST_F(GithubOidc, says_what_entra_compares_when_no_credential_matches) {
  scene.answer(
      public_token_url, 401,
      R"({"error":"invalid_client","error_codes":[7002138],"error_description":"AADSTS7002138: case"})");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), HasSubstr("issuer https://token.example, subject repo:o/r"));
}

TEST_F(GithubOidc, that_refuses_is_refused_with_what_to_do) {
  scene.answer("GET https://ci.example/", 403, "forbidden: job-token");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_EQ(error.message, "GitHub gives no token for this job (status 403)");
  EXPECT_THAT(error.hint, HasSubstr("id-token: write"));
  EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("job-token")));
}

TEST_F(GithubOidc, that_is_down_is_asked_three_times_and_temporary) {
  scene.answer("GET https://ci.example/", 503, "");
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_THAT(notes_of(error), HasSubstr("tried 3 times"));
}

TEST_F(GithubOidc, does_not_quote_an_answer_it_cannot_read) {
  for (const char* body : {"<html>in-the-clear", R"({"value":""})", R"({"value":7})", "[]"}) {
    scene.answer("GET https://ci.example/", 200, body);
    const auto error = error_of(alone());
    EXPECT_EQ(error.code, Code::response_malformed) << body;
    EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("clear")));
  }
}

class AzurePipelines : public ::testing::Test {
 protected:
  Scene scene{{"SYSTEM_OIDCREQUESTURI", "https://ci.example/org/_apis/oidctoken"},
              {"SYSTEM_ACCESSTOKEN", "job-token"},
              {"AZURESUBSCRIPTION_TENANT_ID", "contoso"},
              {"AZURESUBSCRIPTION_CLIENT_ID", "app"},
              {"AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "connection-1"}};
  void SetUp() override {
    scene.answer("POST https://ci.example/", 200, R"({"oidcToken":")" + foreign_token() + "\"}");
    scene.give_token(public_token_url);
  }
  Outcome alone(const IdentitySpec& spec = {}) { return scene.acquire(make_azure_pipelines, spec); }
};

TEST_F(AzurePipelines, exchanges_the_service_connections_token_for_one_of_entra) {
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("POST https://ci.example/org/_apis/oidctoken?api-version=7.1&"
                          "serviceConnectionId=connection-1",
                          public_token_url));
  EXPECT_EQ(scene.header_of(0, "Authorization"), "Bearer job-token");
  EXPECT_EQ(scene.header_of(0, "X-TFS-FedAuthRedirect"), "Suppress");
  EXPECT_EQ(scene.header_of(0, "Content-Type"), "application/json");
  EXPECT_EQ(scene.body_of(0), "");
  EXPECT_THAT(scene.body_of(1), HasSubstr("client_id=app"));
}

TEST_F(AzurePipelines, takes_its_settings_from_the_manifest_first) {
  IdentitySpec spec;
  spec.service_connection_id = "connection-2";
  spec.client_id = "other";
  EXPECT_EQ(token_of(alone(spec)), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests().front(), HasSubstr("=connection-2"));
  EXPECT_THAT(scene.body_of(1), HasSubstr("client_id=other"));
}

TEST_F(AzurePipelines, believes_the_task_before_variables_that_may_be_somebody_elses) {
  scene.fake.environment.set("AZURE_CLIENT_ID", "somebody");
  EXPECT_EQ(token_of(alone()), "tok-1");
  EXPECT_THAT(scene.body_of(1), HasSubstr("client_id=app"));
}

TEST_F(AzurePipelines, says_how_a_step_gets_the_jobs_token) {
  scene.fake.environment.unset("SYSTEM_ACCESSTOKEN");
  const auto outcome = scene.acquire(make_azure_pipelines, Usage::chained);
  EXPECT_EQ(reason_of(outcome), "SYSTEM_ACCESSTOKEN is not set");
  EXPECT_THAT(std::get<Unavailable>(outcome).hint, HasSubstr("$(System.AccessToken)"));
}

TEST_F(AzurePipelines, without_a_service_connection_is_not_configured) {
  scene.fake.environment.unset("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID");
  scene.fake.environment.unset("AZURESUBSCRIPTION_CLIENT_ID");
  EXPECT_EQ(reason_of(scene.acquire(make_azure_pipelines, Usage::chained)),
            "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID and AZURESUBSCRIPTION_CLIENT_ID are not set");
}

TEST_F(AzurePipelines, that_refuses_shows_the_ids_that_support_looks_up) {
  scene.answer("POST https://ci.example/", 401, "",
               {{"x-vss-e2eid", "e2e-1"}, {"x-msedge-ref", "r"}});
  const auto error = error_of(alone());
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.notes, ElementsAre("x-vss-e2eid: e2e-1", "x-msedge-ref: r"));
}

TEST_F(AzurePipelines, never_follows_a_redirect_to_a_login_page) {
  scene.answer("POST https://ci.example/", 302, "", {{"Location", "https://login.example"}});
  EXPECT_EQ(error_of(alone()).code, Code::identity_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

}  // namespace
}  // namespace kvlaunch::test
