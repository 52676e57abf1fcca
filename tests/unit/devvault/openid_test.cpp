// What MSAL asks before it asks for a token.
#include <gtest/gtest.h>

#include "stand_in.hpp"

namespace devvault {
namespace {

TEST(OpenId, describes_a_tenant_under_the_origin_that_was_asked) {
  StandIn azure;
  const Response response =
      azure.send(get(login_url + "/" + tenant + "/v2.0/.well-known/openid-configuration"));
  EXPECT_EQ(text_at(response, {"issuer"}), login_url + "/" + tenant + "/v2.0");
  EXPECT_EQ(text_at(response, {"token_endpoint"}), login_url + "/" + tenant + "/oauth2/v2.0/token");
  EXPECT_EQ(text_at(response, {"jwks_uri"}), login_url + "/" + tenant + "/discovery/v2.0/keys");
  EXPECT_FALSE(text_at(response, {"authorization_endpoint"}).empty());
}

TEST(OpenId, describes_v1_with_the_issuer_of_the_tokens) {
  StandIn azure;
  const Response response =
      azure.send(get(login_url + "/" + tenant + "/.well-known/openid-configuration"));
  EXPECT_EQ(text_at(response, {"issuer"}), "https://sts.windows.net/" + tenant + "/");
  EXPECT_EQ(text_at(response, {"token_endpoint"}), login_url + "/" + tenant + "/oauth2/token");
}

TEST(OpenId, describes_adfs_under_its_own_origin) {
  StandIn azure;
  const Response response =
      azure.send(get("https://localhost:8443/adfs/.well-known/openid-configuration"));
  EXPECT_EQ(text_at(response, {"issuer"}), "https://localhost:8443/adfs");
  EXPECT_EQ(text_at(response, {"token_endpoint"}), "https://localhost:8443/adfs/oauth2/token");
}

TEST(OpenId, leaves_the_issuer_of_common_open) {
  StandIn azure;
  EXPECT_EQ(text_at(azure.send(get(login_url + "/common/v2.0/.well-known/openid-configuration")),
                    {"issuer"}),
            login_url + "/{tenantid}/v2.0");
}

TEST(OpenId, does_not_describe_an_unknown_tenant) {
  StandIn azure;
  const Response response =
      azure.send(get(login_url + "/" + client + "/v2.0/.well-known/openid-configuration"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, {"error"}), "invalid_tenant");
  EXPECT_EQ(entra_code(response), 90002);
}

TEST(OpenId, publishes_the_key_that_tokens_name) {
  StandIn azure;
  const Response response = azure.send(get(login_url + "/" + tenant + "/discovery/v2.0/keys"));
  const std::string body = response.body;
  EXPECT_NE(body.find("\"kty\":\"RSA\""), std::string::npos);
  EXPECT_NE(body.find("\"e\":\"AQAB\""), std::string::npos);
}

std::string discovery(const std::string& authority) {
  return login_url +
         "/common/discovery/instance?api-version=1.1&authorization_endpoint=" + authority;
}

TEST(OpenId, tells_the_clouds_apart_in_instance_discovery) {
  StandIn azure;
  const Response response =
      azure.send(get(discovery("https://login.microsoftonline.us/" + tenant + "/oauth2")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(
      text_at(response, {"tenant_discovery_endpoint"}),
      "https://login.microsoftonline.us/" + tenant + "/v2.0/.well-known/openid-configuration");
  for (const char* host :
       {"sts.windows.net", "login.usgovcloudapi.net", "login.partner.microsoftonline.cn"}) {
    EXPECT_NE(response.body.find(host), std::string::npos) << host;
  }
}

TEST(OpenId, refuses_instances_it_does_not_know) {
  StandIn azure;
  const Response response = azure.send(get(discovery("https://login.example/" + tenant)));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_at(response, {"error"}), "invalid_instance");
  EXPECT_EQ(entra_code(response), 50049);
}

}  // namespace
}  // namespace devvault
