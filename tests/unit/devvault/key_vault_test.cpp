// Reading secrets from a vault: what comes back, and every way it can be refused.
#include <gtest/gtest.h>

#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string v = "?api-version=7.4";
const std::string first_version = std::string(31, '0') + "1";
const std::string second_version = std::string(31, '0') + "2";

Vault& only_vault(Config& config) {
  return config.vaults.begin()->second;
}

SecretVersion& current(Config& config, const std::string& name) {
  return only_vault(config).secrets.at(name).versions.back();
}

TEST(KeyVault, gives_the_value_of_a_secret) {
  StandIn azure;
  const Response response = azure.get_secret("/secrets/db-password" + v);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, {"value"}), "s3cret");
  EXPECT_EQ(text_at(response, {"id"}), vault_url + "/secrets/db-password/" + first_version);
}

TEST(KeyVault, writes_dates_as_whole_seconds) {
  Config config = small_config();
  current(config, "api-key").expires = WallTime{Seconds{1'900'000'000}};
  current(config, "api-key").not_before = WallTime{Seconds{1'600'000'000}};
  StandIn azure{config};
  const Response response = azure.get_secret("/secrets/api-key" + v);
  EXPECT_EQ(number_at(response, {"attributes", "exp"}), 1'900'000'000);
  EXPECT_EQ(number_at(response, {"attributes", "nbf"}), 1'600'000'000);
  EXPECT_EQ(number_at(response, {"attributes", "created"}), 1'700'000'000);
  EXPECT_EQ(number_at(response, {"attributes", "updated"}), 1'700'000'000);
  EXPECT_EQ(number_at(response, {"attributes", "recoverableDays"}), 90);
  EXPECT_EQ(text_at(response, {"attributes", "recoveryLevel"}), "Recoverable+Purgeable");
}

TEST(KeyVault, gives_content_type_and_tags_where_there_are_any) {
  Config config = small_config();
  current(config, "api-key").content_type = "text/plain";
  current(config, "api-key").tags = {{"team", "web"}};
  StandIn azure{config};
  const Response with = azure.get_secret("/secrets/api-key" + v);
  EXPECT_EQ(text_at(with, {"contentType"}), "text/plain");
  EXPECT_EQ(text_at(with, {"tags", "team"}), "web");
  const Response without = azure.get_secret("/secrets/db-password" + v);
  EXPECT_FALSE(has_member(without, {"contentType"}));
  EXPECT_FALSE(has_member(without, {"tags"}));
}

class KeyVaultPath : public testing::TestWithParam<const char*> {};

TEST_P(KeyVaultPath, leads_to_the_same_secret) {
  StandIn azure;
  EXPECT_EQ(text_at(azure.get_secret(GetParam()), {"value"}), "s3cret");
}

INSTANTIATE_TEST_SUITE_P(each, KeyVaultPath,
                         testing::Values("/secrets/db-password?api-version=7.4",
                                         "/secrets/db-password/?api-version=7.4",
                                         "//secrets/db-password?api-version=7.4",
                                         "/secrets/DB-Password?api-version=7.4",
                                         "/secrets/db%2Dpassword?api%2Dversion=7.4",
                                         "/secrets/db-password/00000000000000000000000000000001"
                                         "?api-version=2025-07-01"));

TEST(KeyVault, gives_the_last_version_unless_one_is_asked_for) {
  Config config = small_config();
  SecretVersion newer = current(config, "api-key");
  newer.version = second_version;
  newer.value = "newer";
  only_vault(config).secrets.at("api-key").versions.push_back(newer);
  StandIn azure{config};
  EXPECT_EQ(text_at(azure.get_secret("/secrets/api-key" + v), {"value"}), "newer");
  EXPECT_EQ(text_at(azure.get_secret("/secrets/api-key/" + first_version + v), {"value"}), "x");
}

TEST(KeyVault, makes_ids_from_the_host_and_port_the_client_used) {
  Config config = small_config();
  Vault vault = only_vault(config);
  vault.host = "team.vault.localhost";
  config.vaults[vault.host] = vault;
  StandIn azure{config};
  Request request = get("https://team.vault.localhost:8443/secrets/api-key" + v);
  request.headers.emplace_back("Authorization",
                               "Bearer " + azure.token("https://vault.localhost:8443/.default"));
  EXPECT_EQ(text_at(azure.send(request), {"id"}),
            "https://team.vault.localhost:8443/secrets/api-key/" + first_version);
}

TEST(KeyVault, gives_expired_and_not_yet_valid_secrets) {
  Config config = small_config();
  current(config, "api-key").expires = WallTime{Seconds{1}};
  current(config, "db-password").not_before = WallTime{Seconds{4'000'000'000}};
  StandIn azure{config};
  EXPECT_EQ(azure.get_secret("/secrets/api-key" + v).status, 200);
  EXPECT_EQ(azure.get_secret("/secrets/db-password" + v).status, 200);
}

TEST(KeyVault, refuses_a_disabled_version_and_does_not_fall_back) {
  Config config = small_config();
  SecretVersion disabled = current(config, "api-key");
  disabled.version = second_version;
  disabled.enabled = false;
  only_vault(config).secrets.at("api-key").versions.push_back(disabled);
  StandIn azure{config};
  const Response response = azure.get_secret("/secrets/api-key" + v);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(vault_code(response), "Forbidden/SecretDisabled");
}

TEST(KeyVault, does_not_find_missing_and_deleted_secrets_and_unknown_versions) {
  Config config = small_config();
  only_vault(config).secrets.at("api-key").deleted = true;
  StandIn azure{config};
  for (const std::string& path : {std::string{"/secrets/nothing"}, std::string{"/secrets/api-key"},
                                  "/secrets/db-password/" + second_version}) {
    const Response response = azure.get_secret(path + v);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(vault_code(response), "SecretNotFound") << path;
  }
}

TEST(KeyVault, wants_an_api_version_it_knows) {
  StandIn azure;
  for (const char* query : {"", "?api-version=", "?api-version=6.9", "?api-version=latest"}) {
    const Response response = azure.get_secret(std::string{"/secrets/api-key"} + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(vault_code(response), "BadParameter") << query;
  }
}

TEST(KeyVault, refuses_bad_names_and_versions) {
  StandIn azure;
  for (const char* path : {"/secrets/a_b", "/secrets/a.b", "/secrets/api-key/latest",
                           "/secrets/api-key/00000000000000000000000000000001ff"}) {
    EXPECT_EQ(azure.get_secret(path + v).status, 400) << path;
  }
}

TEST(KeyVault, says_what_it_does_not_serve) {
  StandIn azure;
  const Response response = azure.get_secret("/certificates/web-tls" + v);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(vault_code(response), "NotServedByDevvault");
}

TEST(KeyVault, answers_the_health_probe_without_a_token) {
  StandIn azure;
  const Response response = azure.send(get(vault_url + "/healthstatus"));
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(header_of(response, "x-ms-keyvault-network-info").empty());
}

TEST(KeyVault, sends_the_headers_of_the_service) {
  StandIn azure;
  Request request = get(vault_url + "/secrets/api-key" + v);
  request.headers.emplace_back("x-ms-client-request-id", "mine");
  const Response response = azure.send_as("app", request);
  EXPECT_EQ(header_of(response, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-cache");
  EXPECT_EQ(header_of(response, "x-ms-request-id").size(), 36U);
  EXPECT_FALSE(header_of(response, "x-ms-keyvault-region").empty());
  EXPECT_FALSE(header_of(response, "x-ms-keyvault-service-version").empty());
  EXPECT_FALSE(header_of(response, "Strict-Transport-Security").empty());
  EXPECT_EQ(header_of(response, "x-ms-client-request-id"), "mine");
}

TEST(KeyVault, names_the_vaults_there_are_to_those_who_ask_for_another) {
  StandIn azure;
  const Response response =
      azure.send(get("https://contoso-prod.vault.azure.net/secrets/api-key" + v));
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("contoso-dev.vault.azure.net"), std::string::npos);
}

TEST(KeyVault, gives_a_value_back_byte_by_byte) {
  Config config = small_config();
  std::string value;
  for (int byte = 0; byte < 0x80; ++byte) value += static_cast<char>(byte);
  value += "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x91";
  current(config, "api-key").value = value;
  StandIn azure{config};
  EXPECT_EQ(text_at(azure.get_secret("/secrets/api-key" + v), {"value"}), value);
}

}  // namespace
}  // namespace devvault
