// Which rule fires, how often, and what it answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devvault/fault_response.hpp"
#include "devvault/faults.hpp"
#include "devvault/throttle.hpp"

namespace devvault {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime start{std::chrono::seconds{1'800'000'000}};

Request asking(const std::string& path, const std::string& method = "GET",
               const std::string& host = "contoso-dev.vault.azure.net") {
  Request request;
  request.method = method;
  request.scheme = "https";
  request.host = host;
  request.port = 443;
  request.path = path;
  return request;
}

FaultRule rule_for(const std::string& path) {
  FaultRule rule;
  rule.path = path;
  return rule;
}

TEST(Faults, match_a_prefix_whatever_slashes_a_client_adds) {
  const FaultRule rule = rule_for("/secrets/api-key");
  for (const char* path : {"/secrets/api-key", "/secrets/api-key/", "//secrets/api-key",
                           "/Secrets/API-Key/0123", "/secrets/api-key-2"}) {
    EXPECT_TRUE(matches(rule, asking(path))) << path;
  }
  EXPECT_FALSE(matches(rule, asking("/secrets/api")));
}

TEST(Faults, match_exactly_with_a_dollar) {
  const FaultRule rule = rule_for("/secrets/api-key$");
  EXPECT_TRUE(matches(rule, asking("/secrets/api-key/")));
  EXPECT_FALSE(matches(rule, asking("/secrets/api-key-2")));
  EXPECT_FALSE(matches(rule, asking("/secrets/api-key/0123")));
}

TEST(Faults, match_methods_and_hosts) {
  FaultRule rule;
  rule.method = "post";
  rule.host = "*.vault.azure.net";
  EXPECT_TRUE(matches(rule, asking("/x", "POST")));
  EXPECT_FALSE(matches(rule, asking("/x", "GET")));
  EXPECT_FALSE(matches(rule, asking("/x", "POST", "vault.azure.net")));
  EXPECT_FALSE(matches(rule, asking("/x", "POST", "evilvault.azure.net")));
}

TEST(Faults, fire_so_many_times_after_letting_so_many_through) {
  FaultRule rule = rule_for("/secrets");
  rule.skip = 1;
  rule.times = 2;
  FaultBook book{{rule}};
  std::vector<bool> fired;
  for (int n = 0; n < 5; ++n) fired.push_back(book.take(asking("/secrets/a"), start).has_value());
  EXPECT_THAT(fired, ElementsAre(false, true, true, false, false));
}

TEST(Faults, go_on_to_the_next_rule_when_one_is_used_up) {
  FaultRule first = rule_for("/");
  first.times = 1;
  first.status = 429;
  FaultRule second = rule_for("/");
  second.status = 503;
  FaultBook book{{first, second}};
  EXPECT_EQ(book.take(asking("/a"), start)->status, 429);
  EXPECT_EQ(book.take(asking("/a"), start)->status, 503);
  book.clear();
  EXPECT_FALSE(book.take(asking("/a"), start));
}

TEST(Faults, wait_for_their_time) {
  FaultRule rule = rule_for("/");
  rule.at = start + std::chrono::seconds{5};
  FaultBook book{{rule}};
  EXPECT_FALSE(book.take(asking("/a"), start));
  EXPECT_TRUE(book.take(asking("/a"), start + std::chrono::seconds{5}));
}

TEST(Faults, are_read_from_json_and_yaml_alike) {
  for (const char* text : {R"({"match": "GET /secrets/a", "times": 3, "status": 429})",
                           "[\n{\"match\": \"GET /secrets/a\",\n\"times\": 3, \"status\": 429}\n]",
                           "match: GET /secrets/a\ntimes: 3\nstatus: 429\n",
                           "- match: GET /secrets/a\n  times: 3\n\n  status: 429\n"}) {
    const auto rules = read_fault_rules(text, start);
    ASSERT_TRUE(rules) << text << rules.error().message;
    ASSERT_EQ(rules->size(), 1U) << text;
    EXPECT_EQ(rules->front().method, "GET");
    EXPECT_EQ(rules->front().path, "/secrets/a");
    EXPECT_EQ(rules->front().times, 3);
    EXPECT_EQ(rules->front().status, 429);
  }
}

TEST(Faults, are_refused_with_the_line_of_the_text_that_was_sent) {
  const auto rules = read_fault_rules("match: GET /\nstatus: 429\nbogus: 1\n", start);
  ASSERT_FALSE(rules);
  ASSERT_TRUE(rules.error().location);
  EXPECT_EQ(rules.error().location->line, 3);
  EXPECT_FALSE(read_fault_rules("", start));
}

TEST(FaultResponse, speaks_as_the_service_that_was_asked) {
  FaultRule rule;
  rule.status = 429;
  const Config config;
  EXPECT_THAT(fault_response(rule, asking("/secrets/a"), config, start)->body,
              HasSubstr(R"("code":"Throttled")"));
  EXPECT_THAT(
      fault_response(rule, asking("/t/oauth2/v2.0/token", "POST", "login.microsoftonline.com"),
                     config, start)
          ->body,
      HasSubstr("AADSTS90055"));
  Request imds = asking("/metadata/identity/oauth2/token", "GET", "169.254.169.254");
  imds.scheme = "http";
  EXPECT_THAT(fault_response(rule, imds, config, start)->body,
              HasSubstr(R"("error":"devvault_fault")"));
}

TEST(FaultResponse, puts_the_rule_s_codes_in_place_of_the_usual_ones) {
  FaultRule rule;
  rule.status = 403;
  EXPECT_THAT(fault_response(rule, asking("/secrets/a"), {}, start)->body,
              HasSubstr(R"("innererror":{"code":"ForbiddenByRbac"})"));
  rule.inner_code = "ForbiddenByFirewall";
  EXPECT_THAT(fault_response(rule, asking("/secrets/a"), {}, start)->body,
              HasSubstr(R"("innererror":{"code":"ForbiddenByFirewall"})"));
}

TEST(FaultResponse, names_another_resource_in_an_otherwise_right_challenge) {
  Config config;
  config.tenant_id = "11111111-1111-1111-1111-111111111111";
  FaultRule rule;
  rule.challenge_resource = "https://evil.example";
  const auto response = fault_response(rule, asking("/secrets/a"), config, start);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401);
  std::string header;
  for (const auto& [name, value] : response->headers) {
    if (name == "WWW-Authenticate") header = value;
  }
  EXPECT_EQ(header,
            "Bearer authorization=\"https://login.windows.net/"
            "11111111-1111-1111-1111-111111111111\", resource=\"https://evil.example\"");
}

TEST(FaultResponse, leaves_the_service_to_answer_what_only_travels_badly) {
  FaultRule rule;
  rule.truncate = true;
  EXPECT_FALSE(fault_response(rule, asking("/secrets/a"), {}, start));
  EXPECT_TRUE(manner_of(rule).truncate);
}

TEST(FaultResponse, makes_a_huge_body_of_exactly_that_size) {
  FaultRule rule;
  rule.huge_body_bytes = 1'000'000;
  const auto response = fault_response(rule, asking("/secrets/a"), {}, start);
  EXPECT_EQ(response->body.size() + manner_of(rule).padding_bytes, 1'000'000U);
}

TEST(FaultResponse, redirects_with_307_unless_told_otherwise) {
  FaultRule rule;
  rule.redirect = "https://elsewhere.example/";
  const auto response = fault_response(rule, asking("/secrets/a"), {}, start);
  EXPECT_EQ(response->status, 307);
  EXPECT_THAT(response->headers,
              ElementsAre(testing::Pair("Location", "https://elsewhere.example/")));
}

TEST(FaultResponse, spells_retry_after_in_three_ways) {
  FaultRule rule;
  rule.retry_after = "Wed, 21 Oct 2015 07:28:00 GMT";
  rule.retry_after_ms = "10";
  rule.x_ms_retry_after_ms = "20";
  Response response;
  add_retry_headers(rule, response);
  EXPECT_THAT(response.headers,
              ElementsAre(testing::Pair("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"),
                          testing::Pair("retry-after-ms", "10"),
                          testing::Pair("x-ms-retry-after-ms", "20")));
}

TEST(Throttle, admits_so_many_in_any_ten_seconds_for_each_vault) {
  Throttle throttle{2};
  const kvlaunch::SteadyTime now{std::chrono::hours{1}};
  EXPECT_TRUE(throttle.admit("a", now));
  EXPECT_TRUE(throttle.admit("a", now + std::chrono::seconds{9}));
  EXPECT_FALSE(throttle.admit("a", now + std::chrono::seconds{9}));
  EXPECT_TRUE(throttle.admit("b", now + std::chrono::seconds{9}));
  // The first has left the window, and the refused one never was in it.
  EXPECT_TRUE(throttle.admit("a", now + std::chrono::seconds{10}));
  EXPECT_FALSE(throttle.admit("a", now + std::chrono::seconds{11}));
}

}  // namespace
}  // namespace devvault
