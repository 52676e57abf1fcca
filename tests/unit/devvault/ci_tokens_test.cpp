// The endpoints where CI jobs get their own token, and what Entra makes of it.
#include "devvault/ci_tokens.hpp"

#include <gmock/gmock.h>

#include "devvault/client_settings.hpp"
#include "devvault/jwt.hpp"
#include "stand_in.hpp"

namespace devvault {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Pair;

Config ci_config() {
  return *parse_config("devvault.yaml",
                       "version: 1\n"
                       "tenant-id: 11111111-1111-1111-1111-111111111111\n"
                       "identities:\n"
                       "  deploy: { github-oidc: true }\n"
                       "  release: { azure-pipelines: 55555555-5555-5555-5555-555555555555 }\n",
                       WallTime{});
}

struct CiTokensTest : testing::Test {
  StandIn azure{ci_config()};

  const Identity& identity(const std::string& name) {
    return azure.azure().config().identities.at(name);
  }
  Response ask(const std::string& method, const std::string& url, const std::string& token) {
    Request request = request_to(method, url);
    request.headers.emplace_back("Authorization", "bearer " + token);
    request.headers.emplace_back("X-TFS-FedAuthRedirect", "Suppress");
    return azure.send(request);
  }
  Response github(const std::string& audience = "api://AzureADTokenExchange") {
    return ask("GET", github_request_url(identity("deploy")) + "&audience=" + audience,
               azure.azure().job_token());
  }
  Response pipelines(const std::string& connection) {
    return ask("POST",
               pipelines_request_url(identity("release")) +
                   "?api-version=7.1&serviceConnectionId=" + connection,
               azure.azure().job_token());
  }
  Response exchange(const std::string& name, const std::string& assertion) {
    return azure.send(post_form(
        login_url + "/" + tenant + "/oauth2/v2.0/token",
        {{"grant_type", "client_credentials"},
         {"client_id", identity(name).client_id},
         {"scope", vault_scope},
         {"client_assertion", assertion},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}));
  }
};

TEST_F(CiTokensTest, give_a_github_job_a_token_that_entra_takes) {
  const std::string token = text_at(github(), {"value"});
  EXPECT_THAT(split_jwt(token)->payload, HasSubstr("repo:devvault/deploy:ref:refs/heads/main"));
  EXPECT_EQ(exchange("deploy", token).status, 200);
}

TEST_F(CiTokensTest, put_the_audience_in_that_was_asked_for) {
  EXPECT_EQ(entra_code(exchange("deploy", text_at(github("other"), {"value"}))), 700212);
}

TEST_F(CiTokensTest, give_a_pipeline_the_token_of_its_service_connection) {
  const Response response = pipelines("55555555-5555-5555-5555-555555555555");
  EXPECT_EQ(exchange("release", text_at(response, {"oidcToken"})).status, 200);
  EXPECT_EQ(pipelines("66666666-6666-6666-6666-666666666666").status, 404);
}

TEST_F(CiTokensTest, want_the_token_of_the_job) {
  EXPECT_EQ(ask("GET", github_request_url(identity("deploy")), "wrong").status, 401);
  EXPECT_EQ(ask("POST", pipelines_request_url(identity("release")), "wrong").status, 401);
  EXPECT_EQ(azure.send(request_to("POST", pipelines_request_url(identity("release")))).status, 302);
}

TEST_F(CiTokensTest, are_told_to_the_identity_that_asks_for_them_and_no_other) {
  Places places;
  places.job_token = "job";
  places.federated_token_file = "/run/token";
  const auto deploy = client_settings(azure.azure().config(), &identity("deploy"), places, {});
  EXPECT_THAT(deploy.set, Contains(Pair("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job")));
  EXPECT_THAT(deploy.set, testing::Not(Contains(Key("AZURE_FEDERATED_TOKEN_FILE"))));
  EXPECT_THAT(deploy.removed, Contains("SYSTEM_ACCESSTOKEN"));
  const auto release = client_settings(azure.azure().config(), &identity("release"), places, {});
  EXPECT_THAT(release.set, Contains(Pair("SYSTEM_ACCESSTOKEN", "job")));
  EXPECT_THAT(release.set, Contains(Pair("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
                                         "55555555-5555-5555-5555-555555555555")));
  EXPECT_THAT(release.removed, Contains("ACTIONS_ID_TOKEN_REQUEST_URL"));
}

}  // namespace
}  // namespace devvault
