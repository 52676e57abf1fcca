// Writing to a vault, lists in pages, deleted secrets, rotations.
#include <gtest/gtest.h>

#include "stand_in.hpp"

namespace devvault {
namespace {

const std::string v = "?api-version=7.4";
const std::string key_url = vault_url + "/secrets/api-key";

Vault& only_vault(Config& config) {
  return config.vaults.begin()->second;
}

Request with_body(const std::string& method, const std::string& url, const std::string& body) {
  Request request = request_to(method, url + v);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = body;
  return request;
}

std::vector<std::string> ids_of(const Response& response) {
  std::vector<std::string> ids;
  const auto body = kvlaunch::Json::parse(response.body);
  if (!body || !body->member("value")) return ids;
  for (const auto& item : body->member("value")->elements()) {
    ids.push_back(item.member("id")->string().value_or(""));
  }
  return ids;
}

Config with_many_secrets(int count) {
  Config config = small_config();
  only_vault(config).secrets.clear();
  for (int i = 0; i < count; ++i) {
    const std::string name = "s" + std::to_string(1000 + i);
    only_vault(config).secrets[name] = plain_secret(name, "x");
  }
  return config;
}

TEST(SecretList, shows_names_and_attributes_but_no_values) {
  StandIn azure;
  const Response response = azure.get_secret("/secrets" + v);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(ids_of(response), (std::vector<std::string>{vault_url + "/secrets/api-key",
                                                        vault_url + "/secrets/db-password"}));
  EXPECT_EQ(response.body.find("s3cret"), std::string::npos);
  EXPECT_EQ(text_at(response, {"nextLink"}), "");
}

TEST(SecretList, ends_without_a_link_on_an_exactly_full_page) {
  StandIn azure{with_many_secrets(25)};
  const Response response = azure.get_secret("/secrets" + v);
  EXPECT_EQ(ids_of(response).size(), 25U);
  EXPECT_EQ(text_at(response, {"nextLink"}), "");
}

TEST(SecretList, is_cut_at_25_and_linked_with_the_port_named) {
  StandIn azure{with_many_secrets(60)};
  const Response response = azure.get_secret("/secrets" + v);
  EXPECT_EQ(ids_of(response).size(), 25U);
  const std::string link = text_at(response, {"nextLink"});
  EXPECT_EQ(
      link.find("https://contoso-dev.vault.azure.net:443/secrets?api-version=7.4&$skiptoken="), 0U);
}

TEST(SecretList, gives_every_secret_once_when_the_links_are_followed) {
  StandIn azure{with_many_secrets(60)};
  std::vector<std::string> all;
  std::string url = vault_url + "/secrets" + v + "&maxresults=7";
  for (int page = 0; page < 20 && !url.empty(); ++page) {
    const Response response = azure.send_as("app", get(url));
    const auto ids = ids_of(response);
    all.insert(all.end(), ids.begin(), ids.end());
    url = text_at(response, {"nextLink"});
  }
  EXPECT_EQ(all.size(), 60U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 60U);
}

TEST(SecretList, refuses_page_sizes_and_tokens_that_are_none) {
  StandIn azure;
  for (const char* extra :
       {"&maxresults=0", "&maxresults=26", "&maxresults=x", "&$skiptoken=bm9uc2Vuc2U"}) {
    EXPECT_EQ(azure.get_secret("/secrets" + v + extra).status, 400) << extra;
  }
}

TEST(SecretList, shows_disabled_and_managed_secrets_and_no_deleted_ones) {
  Config config = small_config();
  only_vault(config).secrets.at("api-key").versions.back().enabled = false;
  only_vault(config).secrets.at("api-key").versions.back().managed = true;
  only_vault(config).secrets.at("db-password").deleted = true;
  StandIn azure{config};
  const Response response = azure.get_secret("/secrets" + v);
  EXPECT_EQ(ids_of(response).size(), 1U);
  EXPECT_NE(response.body.find("\"enabled\":false"), std::string::npos);
  EXPECT_NE(response.body.find("\"managed\":true"), std::string::npos);
}

TEST(SecretVersions, come_in_the_order_of_their_text_with_ids_that_name_them) {
  Config config = small_config();
  SecretObject& secret = only_vault(config).secrets.at("api-key");
  secret.versions.front().version = std::string(32, 'f');
  SecretVersion newer = secret.versions.front();
  newer.version = std::string(32, 'a');
  secret.versions.push_back(newer);
  StandIn azure{config};
  EXPECT_EQ(ids_of(azure.get_secret("/secrets/api-key/versions" + v)),
            (std::vector<std::string>{key_url + "/" + std::string(32, 'a'),
                                      key_url + "/" + std::string(32, 'f')}));
  EXPECT_EQ(azure.get_secret("/secrets/nothing/versions" + v).status, 404);
}

TEST(SecretSet, adds_a_version_that_becomes_the_current_one) {
  StandIn azure;
  const Response set =
      azure.send_as("app", with_body("PUT", key_url,
                                     R"({"value":"new","contentType":"a/b","tags":{"t":"1"},)"
                                     R"("attributes":{"enabled":true,"exp":1900000000}})"));
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(number_at(set, {"attributes", "created"}), 1'800'000'000);
  const Response now = azure.get_secret("/secrets/api-key" + v);
  EXPECT_EQ(text_at(now, {"value"}), "new");
  EXPECT_EQ(text_at(now, {"contentType"}), "a/b");
  EXPECT_EQ(text_at(now, {"tags", "t"}), "1");
  EXPECT_EQ(number_at(now, {"attributes", "exp"}), 1'900'000'000);
  EXPECT_EQ(ids_of(azure.get_secret("/secrets/api-key/versions" + v)).size(), 2U);
}

TEST(SecretSet, refuses_bodies_that_are_none) {
  StandIn azure;
  for (const std::string& body :
       {std::string{}, std::string{"[]"}, std::string{"{}"}, std::string{R"({"value":5})"},
        R"({"value":")" + std::string(26 * 1024, 'x') + "\"}"}) {
    EXPECT_EQ(azure.send_as("app", with_body("PUT", key_url, body)).status, 400)
        << body.substr(0, 40);
  }
}

TEST(SecretSet, needs_a_permission_of_its_own) {
  Config config = small_config();
  only_vault(config).restricts_access = true;
  only_vault(config).access["app"] = {"get", "list"};
  StandIn azure{config};
  EXPECT_EQ(azure.send_as("app", with_body("PUT", key_url, R"({"value":"new"})")).status, 403);
  EXPECT_EQ(azure.send_as("app", request_to("DELETE", key_url + v)).status, 403);
}

TEST(SecretUpdate, changes_attributes_of_the_version_and_dates_the_change) {
  StandIn azure;
  ManualClock::advance(Seconds{5});
  const Response changed = azure.send_as(
      "app", with_body("PATCH", key_url + "/", R"({"attributes":{"enabled":false}})"));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(number_at(changed, {"attributes", "updated"}), 1'800'000'005);
  EXPECT_FALSE(has_member(changed, {"value"}));
  EXPECT_EQ(vault_code(azure.get_secret("/secrets/api-key" + v)), "Forbidden/SecretDisabled");
}

TEST(SecretDelete, is_soft_and_can_be_taken_back) {
  StandIn azure;
  const Response deleted = azure.send_as("app", request_to("DELETE", key_url + v));
  EXPECT_EQ(text_at(deleted, {"recoveryId"}), vault_url + "/deletedsecrets/api-key");
  EXPECT_EQ(number_at(deleted, {"deletedDate"}), 1'800'000'000);
  EXPECT_EQ(azure.get_secret("/secrets/api-key" + v).status, 404);
  EXPECT_EQ(azure.get_secret("/deletedsecrets/api-key" + v).status, 200);
  EXPECT_EQ(ids_of(azure.get_secret("/deletedsecrets" + v)).size(), 1U);
  EXPECT_EQ(
      azure.send_as("app", request_to("POST", vault_url + "/deletedsecrets/api-key/recover" + v))
          .status,
      200);
  EXPECT_EQ(azure.get_secret("/secrets/api-key" + v).status, 200);
}

TEST(SecretDelete, keeps_the_name_until_it_is_purged) {
  StandIn azure;
  azure.send_as("app", request_to("DELETE", key_url + v));
  const Request put = with_body("PUT", key_url, R"({"value":"new"})");
  EXPECT_EQ(vault_code(azure.send_as("app", put)), "Conflict/ObjectIsDeletedButRecoverable");
  EXPECT_EQ(
      azure.send_as("app", request_to("DELETE", vault_url + "/deletedsecrets/api-key" + v)).status,
      204);
  EXPECT_EQ(azure.send_as("app", put).status, 200);
}

TEST(DeletedSecrets, are_not_found_while_they_live) {
  StandIn azure;
  const Response response = azure.get_secret("/deletedsecrets/api-key" + v);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(vault_code(response), "SecretNotFound");
}

TEST(KeyVaultMethods, are_refused_where_they_mean_nothing) {
  StandIn azure;
  EXPECT_EQ(azure.send_as("app", request_to("POST", key_url + v)).status, 405);
  EXPECT_EQ(azure.send_as("app", request_to("DELETE", vault_url + "/secrets" + v)).status, 405);
}

Config rotating() {
  Config config = small_config();
  config.rotations = {{only_vault(config).host, "api-key", "third", Seconds{60}},
                      {only_vault(config).host, "api-key", "second", Seconds{30}}};
  return config;
}

TEST(Rotation, gives_the_secret_a_new_version_when_its_time_has_come) {
  StandIn azure{rotating()};
  const auto value = [&] { return text_at(azure.get_secret("/secrets/api-key" + v), {"value"}); };
  EXPECT_EQ(value(), "x");
  ManualClock::advance(Seconds{30});
  EXPECT_EQ(value(), "second");
  ManualClock::advance(Seconds{30});
  EXPECT_EQ(value(), "third");
}

TEST(Rotation, dates_the_version_by_the_plan_and_keeps_the_old_one) {
  StandIn azure{rotating()};
  ManualClock::advance(Seconds{45});
  const Response response = azure.get_secret("/secrets/api-key" + v);
  EXPECT_EQ(number_at(response, {"attributes", "created"}), 1'800'000'030);
  EXPECT_EQ(
      text_at(azure.get_secret("/secrets/api-key/00000000000000000000000000000001" + v), {"value"}),
      "x");
}

}  // namespace
}  // namespace devvault
