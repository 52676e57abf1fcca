// Resource Manager as far as az needs it, and what nobody serves.
#include <gtest/gtest.h>

#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string subscriptions = "https://management.azure.com/subscriptions";

Response send_with(StandIn& azure, const std::string& token, const std::string& url) {
  Request request = get(url);
  request.headers.emplace_back("Authorization", "Bearer " + token);
  return azure.send(request);
}

TEST(Management, lists_a_subscription_of_the_tenant) {
  StandIn azure;
  const std::string token = azure.token("https://management.core.windows.net//.default");
  const Response response = send_with(azure, token, subscriptions + "?api-version=2019-11-01");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("\"tenantId\":\"" + tenant + "\""), std::string::npos);
}

TEST(Management, wants_a_token_of_its_own) {
  StandIn azure;
  EXPECT_EQ(azure.send(get(subscriptions + "?api-version=2019-11-01")).status, 401);
  EXPECT_EQ(send_with(azure, azure.token(), subscriptions + "?api-version=2019-11-01").status, 401);
}

TEST(Management, says_what_it_does_not_serve) {
  StandIn azure;
  const std::string token = azure.token("https://management.azure.com/.default");
  const Response response = send_with(
      azure, token, "https://management.azure.com/providers/Microsoft.Web?api-version=2019-11-01");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(vault_code(response), "NotServedByDevvault");
}

TEST(Azure, knows_the_hosts_that_are_azures) {
  StandIn azure;
  for (const char* host :
       {"login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us",
        "login.chinacloudapi.cn", "management.azure.com", "any.vault.azure.net",
        "any.vault.azure.cn", "contoso-dev.vault.azure.net"}) {
    EXPECT_TRUE(azure.azure().is_azure_host(host)) << host;
  }
  for (const char* host : {"example.com", "evilvault.azure.net", "vault.azure.net.example.com"}) {
    EXPECT_FALSE(azure.azure().is_azure_host(host)) << host;
  }
}

TEST(Azure, answers_404_for_what_is_nobodys) {
  StandIn azure;
  EXPECT_EQ(azure.send(get("https://example.com/secrets")).status, 404);
}

TEST(Azure, makes_another_identity_header_at_every_start) {
  StandIn first;
  StandIn second;
  EXPECT_NE(first.azure().identity_header(), second.azure().identity_header());
}

}  // namespace
}  // namespace devvault
