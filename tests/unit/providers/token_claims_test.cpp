#include "providers/token_claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/base/base64.hpp"

namespace kvlaunch {
namespace {

using Type = TokenClaims::Type;

std::optional<TokenClaims> read(const std::string& claims) {
  return read_token_claims(base64_encode(R"({"alg":"RS256"})", Base64::url) + "." +
                           base64_encode(claims, Base64::url) + ".c2ln");
}

TEST(TokenClaims, tell_an_app) {
  const auto claims = read(
      R"({"aud":"https://vault.azure.net","tid":"t","oid":"o","appid":"a","idtyp":"app","exp":1767229200})");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->type, Type::app);
  EXPECT_EQ(describe(*claims), "app a of tenant t");
  EXPECT_EQ(claims->audience, "https://vault.azure.net");
  EXPECT_EQ(claims->expires, WallTime{std::chrono::seconds{1'767'229'200}});
}

TEST(TokenClaims, tell_a_user_by_name_or_permissions) {
  EXPECT_EQ(read(R"({"upn":"worker@contoso.test"})")->type, Type::user);
  EXPECT_EQ(read(R"({"appid":"a","scp":"user_impersonation"})")->type, Type::user);
  EXPECT_EQ(describe(*read(R"({"preferred_username":"worker@contoso.test","tid":"t"})")),
            "user worker@contoso.test of tenant t");
}

TEST(TokenClaims, tell_a_managed_identity_by_its_resource) {
  const auto claims = read(R"({"appid":"a","idtyp":"app","xms_mirid":"/subscriptions/s/vm"})");
  EXPECT_EQ(claims->type, Type::managed_identity);
  EXPECT_EQ(claims->resource_id, "/subscriptions/s/vm");
}

TEST(TokenClaims, take_the_app_of_a_v2_token_from_azp) {
  EXPECT_EQ(read(R"({"azp":"a"})")->app_id, "a");
}

TEST(TokenClaims, are_absent_where_there_is_no_jwt) {
  for (const char* text : {"", "opaque", "a.b", "a.b.c.d", "a.!!.c", "e30.W10.c"}) {
    EXPECT_FALSE(read_token_claims(text)) << text;
  }
}

TEST(TokenClaims, bring_no_control_characters) {
  EXPECT_EQ(read(R"({"appid":"\u001b[31m","tid":"a\nb"})")->app_id, "?[31m");
  EXPECT_EQ(read(R"({"appid":"\u001b[31m","tid":"a\nb"})")->tenant, "a");
}

TEST(TokenClaims, pass_over_claims_of_another_type_and_impossible_dates) {
  const auto claims = read(R"({"tid":7,"oid":null,"exp":-1})");
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->tenant, "");
  EXPECT_FALSE(claims->expires);
}

}  // namespace
}  // namespace kvlaunch
