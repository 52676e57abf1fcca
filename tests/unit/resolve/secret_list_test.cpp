#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/resolve/key_vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using SecretList = KeyVaultClient;

std::string page(const std::string& items, const std::string& next) {
  return R"({"value":[)" + items + R"(],"nextLink":)" + next + "}";
}

std::string item(const std::string& name, const std::string& more = "") {
  return R"({"id":"https://contoso.vault.azure.net/secrets/)" + name + "\"" + more + "}";
}

std::vector<std::string> names_of(const std::vector<SecretItem>& items) {
  std::vector<std::string> names;
  for (const SecretItem& entry : items) names.push_back(entry.name);
  return names;
}

TEST_F(SecretList, follows_the_pages_of_a_list_empty_ones_included) {
  world_.transport.on(
      "/secrets?api-version=7.4&maxresults=25",
      answers(
          200,
          page(item("a"),
               R"("https://contoso.vault.azure.net:443/secrets?api-version=7.3&$skiptoken=2")")));
  world_.transport.on(
      "skiptoken=2", answers(200, page("", R"("https://CONTOSO.vault.azure.net/secrets?skip=3")")));
  world_.transport.on("skip=3", answers(200, page(item("b") + "," + item("c"), "null")));
  const auto items = list();
  ASSERT_TRUE(items.ok()) << items.error().message;
  EXPECT_THAT(names_of(*items), ElementsAre("a", "b", "c"));
  EXPECT_EQ(world_.transport.requests().at(1),
            "GET https://contoso.vault.azure.net/secrets?api-version=7.3&$skiptoken=2");
}

TEST_F(SecretList, ends_a_list_at_an_empty_or_absent_link) {
  for (const char* body : {R"({"value":[],"nextLink":""})", R"({"value":null})", "{}"}) {
    world_.transport.on("/secrets?", answers(200, body));
    EXPECT_TRUE(list().ok()) << body;
  }
}

TEST_F(SecretList, takes_no_token_to_another_origin_for_the_next_page) {
  for (const char* link :
       {"https://evil.example/secrets", "http://contoso.vault.azure.net/secrets",
        "https://contoso.vault.azure.net:8443/secrets", "https://contoso.vault.azure.net.evil/",
        "https://other.vault.azure.net/secrets", "/secrets?skip=2", "//evil.example/",
        "https://u@contoso.vault.azure.net/", "javascript:x"}) {
    world_.transport.on("/secrets?", answers(200, page(item("a"), '"' + std::string{link} + '"')));
    const auto items = list();
    ASSERT_FALSE(items.ok()) << link;
    EXPECT_EQ(items.error().code, Code::redirect_refused) << link;
  }
  EXPECT_THAT(world_.transport.requests(),
              Each("GET https://contoso.vault.azure.net/secrets?api-version=7.4&maxresults=25"));
}

TEST_F(SecretList, stops_at_a_list_that_does_not_end) {
  world_.transport.on("GET",
                      answers(200, page("", R"("https://contoso.vault.azure.net/secrets")")));
  const auto items = list();
  ASSERT_FALSE(items.ok());
  EXPECT_EQ(items.error().code, Code::response_malformed);
  EXPECT_THAT(world_.transport.requests(), SizeIs(1000));
}

TEST_F(SecretList, stops_at_a_list_that_is_too_long) {
  std::string items = item("s");
  for (int i = 1; i < 25'000; ++i) items += "," + item("s");
  world_.transport.on("/secrets?", answers(200, page(items, "null")));
  EXPECT_TRUE(list().ok());
  world_.transport.on("/secrets?", answers(200, page(items + "," + item("s"), "null")));
  const auto too_many = list();
  ASSERT_FALSE(too_many.ok());
  EXPECT_EQ(too_many.error().code, Code::response_too_large);
  EXPECT_THAT(too_many.error().message, HasSubstr("more than 25000"));
}

TEST_F(SecretList, refuses_lists_it_cannot_read) {
  for (const char* body : {"[]", "<html>", R"({"value":{}})", R"({"value":[7]})",
                           R"({"value":[{}]})", R"({"value":[{"id":"https://h/secrets/a b"}]})",
                           R"({"value":[{"id":"https://h/secrets/"}]})"}) {
    world_.transport.on("/secrets?", answers(200, body));
    ASSERT_FALSE(list().ok()) << body;
    EXPECT_EQ(list().error().code, Code::response_malformed) << body;
  }
}

TEST_F(SecretList, says_that_the_list_permission_is_missing) {
  world_.transport.on("GET", error_body(403, "Forbidden", "ForbiddenByPolicy"));
  const Error error = list().error();
  EXPECT_EQ(error.code, Code::vault_forbidden_policy);
  EXPECT_THAT(error.hint, HasSubstr("--secret-permissions list"));
}

TEST_F(SecretList, lists_versions_newest_first_whatever_the_service_sends) {
  const auto version = [](const char* id, const char* attributes) {
    return R"({"id":"https://contoso.vault.azure.net/secrets/db-password/)" + std::string{id} +
           R"(","attributes":{)" + attributes + "}}";
  };
  world_.transport.on(
      "/secrets/db-password/versions?",
      answers(200, page(version("v1", R"("created":10)") + "," + version("v0", "") + "," +
                            version("v2", R"("created":30,"enabled":false,"exp":99)") + "," +
                            version("v3", R"("created":20)"),
                        "null")));
  World world = world_.world();
  VaultGate gate{world.transport, world.clock, world.randomness};
  KeyVault vault{endpoint_, identity_, gate, world, world_.deadline()};
  const auto versions = vault.versions(fetch_of("db-password"));
  ASSERT_TRUE(versions.ok());
  std::vector<std::string> order;
  for (const VersionSummary& summary : *versions) order.push_back(summary.version);
  EXPECT_THAT(order, ElementsAre("v2", "v3", "v1", "v0"));
  EXPECT_FALSE(versions->front().enabled);
  EXPECT_EQ(versions->front().expires, WallTime{std::chrono::seconds{99}});
}

}  // namespace
}  // namespace kvlaunch
