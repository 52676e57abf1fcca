// A vault's door: the challenge, what a token must be, and what each identity may do.
#include <gtest/gtest.h>

#include "devvault/fault_response.hpp"
#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string secret_url = vault_url + "/secrets/api-key?api-version=7.4";
const std::string other_tenant = "44444444-4444-4444-4444-444444444444";

Vault& only_vault(Config& config) {
  return config.vaults.begin()->second;
}

Response send_with(StandIn& azure, const std::string& token, const std::string& url = secret_url) {
  Request request = get(url);
  request.headers.emplace_back("Authorization", "Bearer " + token);
  return azure.send(request);
}

std::string message_of(const Response& response) {
  return text_at(response, {"error", "message"});
}

TEST(VaultAccess, challenges_a_request_without_token) {
  StandIn azure;
  const Response response = azure.send(get(secret_url));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(header_of(response, "WWW-Authenticate"),
            "Bearer authorization=\"https://login.windows.net/" + tenant +
                "\", resource=\"https://vault.azure.net\"");
  EXPECT_EQ(vault_code(response), "Unauthorized");
  EXPECT_EQ(message_of(response), "AKV10000: Request is missing a Bearer or PoP token.");
}

TEST(VaultAccess, challenges_before_it_looks_at_anything_else) {
  StandIn azure;
  EXPECT_EQ(azure.send(get(vault_url + "/secrets/nothing")).status, 401);
}

TEST(VaultAccess, names_the_authority_and_resource_of_other_clouds) {
  Config config = small_config();
  Vault vault = only_vault(config);
  vault.host = "contoso.vault.usgovcloudapi.net";
  config.vaults[vault.host] = vault;
  StandIn azure{config};
  EXPECT_EQ(header_of(azure.send(get("https://contoso.vault.usgovcloudapi.net/secrets")),
                      "WWW-Authenticate"),
            "Bearer authorization=\"https://login.microsoftonline.us/" + tenant +
                "\", resource=\"https://vault.usgovcloudapi.net\"");
}

TEST(VaultAccess, names_the_authority_of_other_clouds_in_a_wrong_challenge_too) {
  Config config = small_config();
  Vault vault = only_vault(config);
  vault.host = "contoso.vault.usgovcloudapi.net";
  config.vaults[vault.host] = vault;
  FaultRule rule;
  rule.challenge_resource = "https://evil.example";
  const auto response =
      fault_response(rule, get("https://contoso.vault.usgovcloudapi.net/secrets"), config, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(header_of(*response, "WWW-Authenticate"),
            "Bearer authorization=\"https://login.microsoftonline.us/" + tenant +
                "\", resource=\"https://evil.example\"");
}

TEST(VaultAccess, names_a_resource_that_the_host_of_its_own_stands_below) {
  Config config = small_config();
  Vault vault = only_vault(config);
  vault.host = "vault.internal";
  config.vaults[vault.host] = vault;
  StandIn azure{config};
  EXPECT_NE(header_of(azure.send(get("https://vault.internal:8443/secrets")), "WWW-Authenticate")
                .find("resource=\"https://internal:8443\""),
            std::string::npos);
}

TEST(VaultAccess, takes_the_resource_of_a_vault_that_names_one) {
  Config config = small_config();
  Vault vault = only_vault(config);
  vault.host = "kv.corp.example";
  vault.resource = "https://corp.example";
  config.vaults[vault.host] = vault;
  StandIn azure{config};
  const std::string token = azure.token("https://corp.example/.default");
  EXPECT_EQ(
      send_with(azure, token, "https://kv.corp.example/secrets/api-key?api-version=7.4").status,
      200);
}

TEST(VaultAccess, takes_the_audience_with_and_without_slash) {
  StandIn azure;
  EXPECT_EQ(send_with(azure, azure.token("https://vault.azure.net/.default")).status, 200);
  EXPECT_EQ(send_with(azure, azure.token("https://vault.azure.net//.default")).status, 200);
}

TEST(VaultAccess, refuses_a_token_for_another_audience) {
  StandIn azure;
  const Response response = send_with(azure, azure.token("https://management.azure.com/.default"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(message_of(response),
            "AKV10022: Invalid audience. Expected https://vault.azure.net, found: "
            "https://management.azure.com.");
  EXPECT_FALSE(header_of(response, "WWW-Authenticate").empty());
}

TEST(VaultAccess, refuses_a_token_of_another_tenant) {
  Config config = small_config();
  only_vault(config).tenant_id = other_tenant;
  StandIn azure{config};
  const Response response = send_with(azure, azure.token());
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(message_of(response),
            "AKV10032: Invalid issuer. Expected one of "
            "https://sts.windows.net/" +
                other_tenant + "/, found https://sts.windows.net/" + tenant + "/.");
}

TEST(VaultAccess, takes_a_token_of_the_vaults_own_tenant) {
  Config config = small_config();
  only_vault(config).tenant_id = other_tenant;
  StandIn azure{config};
  EXPECT_EQ(
      send_with(azure, azure.token(vault_scope, "app", login_url + "/" + other_tenant)).status,
      200);
}

TEST(VaultAccess, refuses_a_token_that_has_expired) {
  Config config = small_config();
  config.token_lifetime = Seconds{60};
  StandIn azure{config};
  const std::string token = azure.token();
  ManualClock::advance(Seconds{59});
  EXPECT_EQ(send_with(azure, token).status, 200);
  ManualClock::advance(Seconds{1});
  const Response response = send_with(azure, token);
  EXPECT_EQ(response.status, 401);
  EXPECT_NE(message_of(response).find("TokenExpired"), std::string::npos);
}

TEST(VaultAccess, refuses_a_token_with_a_changed_payload) {
  StandIn azure;
  std::string token = azure.token();
  const std::size_t inside_payload = token.find('.') + 20;
  token[inside_payload] = token[inside_payload] == 'A' ? 'B' : 'A';
  EXPECT_EQ(send_with(azure, token).status, 401);
}

TEST(VaultAccess, refuses_what_is_no_token) {
  StandIn azure;
  for (const char* token : {"", "x", "a.b.c", "...", "eyJhbGciOiJub25lIn0.e30."}) {
    EXPECT_EQ(send_with(azure, token).status, 401) << token;
  }
  Request basic = get(secret_url);
  basic.headers.emplace_back("Authorization", "Basic " + azure.token());
  EXPECT_EQ(azure.send(basic).status, 401);
}

Config restricted() {
  Config config = small_config();
  only_vault(config).restricts_access = true;
  only_vault(config).access["app"] = {"list"};
  return config;
}

TEST(VaultAccess, grants_each_identity_what_the_vault_says) {
  StandIn azure{restricted()};
  const std::string token = azure.token();
  EXPECT_EQ(send_with(azure, token, vault_url + "/secrets?api-version=7.4").status, 200);
  EXPECT_EQ(send_with(azure, token).status, 403);
}

TEST(VaultAccess, words_a_refusal_as_rbac_or_access_policies_do) {
  StandIn rbac{restricted()};
  const Response by_rbac = send_with(rbac, rbac.token());
  EXPECT_EQ(vault_code(by_rbac), "Forbidden/ForbiddenByRbac");
  EXPECT_NE(message_of(by_rbac).find("appid=" + client), std::string::npos);
  Config config = restricted();
  only_vault(config).rbac = false;
  StandIn policy{config};
  EXPECT_EQ(vault_code(send_with(policy, policy.token())), "Forbidden/ForbiddenByPolicy");
}

TEST(VaultAccess, closes_a_vault_behind_a_firewall_or_private_link) {
  Config config = small_config();
  only_vault(config).refuses = "firewall";
  StandIn firewall{config};
  EXPECT_EQ(vault_code(send_with(firewall, firewall.token())), "Forbidden/ForbiddenByFirewall");
  only_vault(config).refuses = "connection";
  StandIn connection{config};
  EXPECT_EQ(vault_code(send_with(connection, connection.token())),
            "Forbidden/ForbiddenByConnection");
}

}  // namespace
}  // namespace devvault
