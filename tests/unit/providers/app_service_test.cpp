#include <gmock/gmock.h>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

IdentitySpec managed() {
  IdentitySpec spec;
  spec.type = IdentitySpec::Type::managed_identity;
  return spec;
}

class AppService2019 : public ::testing::Test {
 protected:
  Scene scene{{"IDENTITY_ENDPOINT", "http://localhost:42356/msi/token"},
              {"IDENTITY_HEADER", "header-secret"}};
};

TEST_F(AppService2019, is_asked_with_its_header_and_without_proxy) {
  scene.answer("GET http://localhost:42356", 200,
               R"({"access_token":"t","expires_on":"1767312000","token_type":"Bearer"})");
  const auto outcome = scene.acquire(make_managed_identity, managed());
  EXPECT_EQ(token_of(outcome), "t");
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("GET http://localhost:42356/msi/token?api-version=2019-08-01&"
                          "resource=https%3A%2F%2Fvault.azure.net"));
  EXPECT_EQ(scene.header_of(0, "X-IDENTITY-HEADER"), "header-secret");
  EXPECT_EQ(scene.fake.transport.request(0).proxy, ProxyUse::never);
}

TEST_F(AppService2019, has_its_day_long_token_refreshed_at_noon) {
  scene.answer("GET http://localhost", 200, R"({"access_token":"t","expires_in":86400})");
  const auto outcome = scene.acquire(make_managed_identity, managed());
  EXPECT_EQ(std::get<AccessToken>(outcome).refresh_at,
            scene.fake.clock.wall() + std::chrono::hours{12});
}

TEST_F(AppService2019, names_identities_by_each_kind_of_id) {
  scene.give_token("GET http");
  auto by_client = managed();
  by_client.client_id = "c";
  auto by_object = managed();
  by_object.object_id = "o";
  auto by_resource = managed();
  by_resource.resource_id = "/subscriptions/s";
  for (const auto& spec : {by_client, by_object, by_resource}) {
    EXPECT_EQ(token_of(scene.acquire(make_managed_identity, spec)), "tok-1");
  }
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre(HasSubstr("&client_id=c"), HasSubstr("&object_id=o"),
                          HasSubstr("&mi_res_id=%2Fsubscriptions%2Fs")));
}

TEST_F(AppService2019, stops_the_chain_on_any_error) {
  scene.answer("GET http", 400, R"({"statusCode":400,"message":"No managed identity found"})");
  const auto error = error_of(scene.acquire(make_managed_identity, managed(), Usage::chained));
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(notes_of(error), HasSubstr("it says: No managed identity found"));
  EXPECT_THAT(notes_of(error), HasSubstr("asked for the system-assigned identity"));
}

TEST_F(AppService2019, is_asked_four_times_a_second_apart_when_it_fails) {
  scene.answer("GET http", 500, "");
  const auto error = error_of(scene.acquire(make_managed_identity, managed()));
  EXPECT_EQ(error.code, Code::identity_temporary);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(4));
  EXPECT_THAT(scene.fake.clock.sleeps(), ::testing::Each(Milliseconds{1000}));
}

TEST_F(AppService2019, is_not_followed_anywhere_else) {
  scene.answer("GET http", 302, "", {{"Location", "http://elsewhere/"}});
  EXPECT_EQ(error_of(scene.acquire(make_managed_identity, managed())).code, Code::redirect_refused);
  EXPECT_THAT(scene.fake.transport.requests(), SizeIs(1));
}

TEST_F(AppService2019, with_an_unreadable_answer_is_a_malformed_one_and_not_quoted) {
  scene.answer("GET http", 200, "<html>secret page</html>");
  const auto error = error_of(scene.acquire(make_managed_identity, managed()));
  EXPECT_EQ(error.code, Code::response_malformed);
  EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("secret page")));
}

TEST_F(AppService2019, gets_its_header_at_no_foreign_address) {
  scene.fake.environment.set("IDENTITY_ENDPOINT", "http://collector.example/");
  EXPECT_EQ(error_of(scene.acquire(make_managed_identity, managed())).code,
            Code::identity_configuration);
  EXPECT_TRUE(scene.fake.transport.requests().empty());
}

class AppService2017 : public ::testing::Test {
 protected:
  Scene scene{{"MSI_ENDPOINT", "http://127.0.0.1:41741/MSI/token/"}, {"MSI_SECRET", "old-secret"}};
};

TEST_F(AppService2017, speaks_its_own_dialect) {
  scene.answer("GET http://127.0.0.1:41741", 200,
               R"({"access_token":"t","expires_on":"1/2/2026 00:00:00 +00:00"})");
  auto spec = managed();
  spec.client_id = "c";
  const auto outcome = scene.acquire(make_managed_identity, spec);
  EXPECT_EQ(token_of(outcome), "t");
  EXPECT_EQ(std::get<AccessToken>(outcome).expires_at,
            scene.fake.clock.wall() + std::chrono::hours{24});
  EXPECT_THAT(scene.fake.transport.requests(),
              ElementsAre("GET http://127.0.0.1:41741/MSI/token/?api-version=2017-09-01&"
                          "resource=https%3A%2F%2Fvault.azure.net&clientid=c"));
  EXPECT_EQ(scene.header_of(0, "secret"), "old-secret");
}

TEST_F(AppService2017, asks_for_the_default_identity_of_the_compute) {
  scene.fake.environment.set("DEFAULT_IDENTITY_CLIENT_ID", "d");
  scene.give_token("GET http");
  EXPECT_EQ(token_of(scene.acquire(make_managed_identity, managed())), "tok-1");
  EXPECT_THAT(scene.fake.transport.requests(), ElementsAre(HasSubstr("&clientid=d")));
}

TEST_F(AppService2017, cannot_name_an_identity_by_object_or_resource_id) {
  auto spec = managed();
  spec.object_id = "o";
  EXPECT_EQ(error_of(scene.acquire(make_managed_identity, spec)).code,
            Code::identity_configuration);
  EXPECT_THAT(reason_of(scene.acquire(make_managed_identity, spec, Usage::chained)),
              HasSubstr("client id only"));
}

}  // namespace
}  // namespace kvlaunch::test
