#include "providers/token_response.hpp"

#include <gtest/gtest.h>

#include "providers/dates.hpp"

namespace kvlaunch {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// 2026-01-01T00:00:00Z
const WallTime now{seconds{1'767'225'600}};

std::optional<seconds> life_in(const std::string& members) {
  const std::string text = R"({"access_token":"t",)" + members + "}";
  const auto body = Json::parse(text);
  const auto token = read_token(*body, now);
  if (!token) return std::nullopt;
  return std::chrono::duration_cast<seconds>(token->expires_at - now);
}

TEST(TokenResponse, reads_every_spelling_of_an_expiry) {
  EXPECT_EQ(life_in(R"("expires_in":3600)"), hours{1});
  EXPECT_EQ(life_in(R"("expires_in":"3600")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":1767229200)"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"1767229200")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"1/1/2026 01:00:00 +00:00")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"1/1/2026 1:00:00 AM +00:00")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"1/1/2026 1:00:00 PM +00:00")"), hours{13});
  EXPECT_EQ(life_in(R"("expires_on":"01/01/2026 01:00:00")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"2026-01-01 01:00:00")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"2026-01-01T01:00:00Z")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"2026-01-01T03:00:00.5+02:00")"), hours{1});
  EXPECT_EQ(life_in(R"("expires_on":"Thu, 01 Jan 2026 01:00:00 GMT")"), hours{1});
}

TEST(TokenResponse, takes_a_small_absolute_time_for_a_relative_one) {
  EXPECT_EQ(life_in(R"("expires_on":"86399")"), seconds{86399});
}

TEST(TokenResponse, prefers_the_relative_life_to_the_absolute_one) {
  EXPECT_EQ(life_in(R"("expires_on":"1767225601","expires_in":60)"), seconds{60});
}

TEST(TokenResponse, clamps_a_life_to_two_days) {
  EXPECT_EQ(life_in(R"("expires_in":9223372036854775807)"), hours{48});
  EXPECT_EQ(life_in(R"("expires_on":9223372036854775807)"), hours{48});
}

TEST(TokenResponse, refuses_a_token_that_has_expired) {
  EXPECT_FALSE(life_in(R"("expires_in":0)"));
  EXPECT_FALSE(life_in(R"("expires_in":-5)"));
  EXPECT_FALSE(life_in(R"("expires_on":1767225600)"));
}

TEST(TokenResponse, refuses_a_token_without_readable_expiry) {
  EXPECT_FALSE(life_in(R"("token_type":"Bearer")"));
  EXPECT_FALSE(life_in(R"("expires_on":"soon")"));
  EXPECT_FALSE(life_in(R"("expires_on":"13/32/2026 25:00:00")"));
}

TEST(TokenResponse, refuses_an_empty_token) {
  for (const char* text : {R"({"expires_in":60})", R"({"access_token":"","expires_in":60})",
                           R"({"access_token":7,"expires_in":60})"}) {
    EXPECT_FALSE(read_token(*Json::parse(text), now)) << text;
  }
}

TEST(TokenResponse, keeps_the_time_of_early_refresh) {
  const auto token =
      read_token(*Json::parse(R"({"access_token":"t","expires_in":100,"refresh_in":50})"), now);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->refresh_at, now + seconds{50});
}

TEST(HalfLife, counts_for_tokens_of_more_than_two_hours) {
  AccessToken day{Secret{"t"}, now + hours{24}, std::nullopt};
  AccessToken hour{Secret{"t"}, now + hours{1}, std::nullopt};
  refresh_at_half_life(day, now);
  refresh_at_half_life(hour, now);
  EXPECT_EQ(day.refresh_at, now + hours{12});
  EXPECT_FALSE(hour.refresh_at);
}

TEST(Date, refuses_what_only_looks_like_one) {
  for (const char* text :
       {"", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00X",
        "2026-01-01T00:00:00+0100", "1/1/2026 13:00:00 PM +00:00", "0/1/2026 00:00:00"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(Date, reads_the_local_form_with_fractions_of_a_second) {
  const auto civil = parse_civil_time("2026-07-01 12:34:56.123456");
  ASSERT_TRUE(civil);
  EXPECT_EQ(civil->month, 7);
  EXPECT_EQ(civil->second, 56);
  EXPECT_FALSE(parse_civil_time("2026-07-01 12:34:56 +02:00"));
}

}  // namespace
}  // namespace kvlaunch
