#include "launcher/resolve/challenge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/base/cloud.hpp"

namespace kvlaunch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* host = "contoso.vault.azure.net";

std::vector<Challenge> parse(const std::vector<std::string_view>& lines) {
  return parse_challenges(lines);
}

TEST(ChallengeParser, reads_the_challenge_that_key_vault_sends) {
  const auto challenges = parse(
      {R"(Bearer authorization="https://login.windows.net/t", resource="https://vault.azure.net")"});
  ASSERT_EQ(challenges.size(), 1U);
  EXPECT_EQ(challenges[0].scheme, "bearer");
  EXPECT_THAT(challenges[0].parameters,
              ElementsAre(Pair("authorization", "https://login.windows.net/t"),
                          Pair("resource", "https://vault.azure.net")));
}

TEST(ChallengeParser, takes_several_challenges_of_one_line_and_of_several_lines) {
  const auto challenges =
      parse({R"(PoP nonce="a,b", Bearer realm="", scope=x)", "Negotiate", "basic realm=\"y\""});
  ASSERT_EQ(challenges.size(), 4U);
  EXPECT_EQ(challenges[0].scheme, "pop");
  EXPECT_EQ(challenges[0].parameter("nonce"), "a,b");
  EXPECT_EQ(challenges[1].scheme, "bearer");
  EXPECT_EQ(challenges[1].parameter("realm"), "");
  EXPECT_EQ(challenges[1].parameter("scope"), "x");
  EXPECT_EQ(challenges[2].scheme, "negotiate");
  EXPECT_EQ(challenges[3].parameter("realm"), "y");
}

TEST(ChallengeParser, tells_a_bare_credential_from_the_next_scheme) {
  const auto challenges =
      parse({"Negotiate oYG2MIGzoAMKAQ, Bearer scope=x", "NTLM TlRMTVNTUAAC=="});
  ASSERT_EQ(challenges.size(), 3U);
  EXPECT_EQ(challenges[0].scheme, "negotiate");
  EXPECT_EQ(challenges[1].scheme, "bearer");
  EXPECT_EQ(challenges[1].parameter("scope"), "x");
  EXPECT_EQ(challenges[2].scheme, "ntlm");
}

TEST(ChallengeParser, takes_parameters_parted_by_blanks_alone_or_with_blanks_around_the_sign) {
  for (const char* line : {"Bearer a=\"1\" b=\"2\"", "BEARER A=1 B=2", "bearer a = \"1\" ,b= 2",
                           "Bearer  a=1,,b=2,", "Bearer\ta=1,\tb=2"}) {
    const auto challenges = parse({line});
    ASSERT_EQ(challenges.size(), 1U) << line;
    EXPECT_EQ(challenges[0].parameter("a"), "1") << line;
    EXPECT_EQ(challenges[0].parameter("b"), "2") << line;
  }
}

TEST(ChallengeParser, keeps_the_padding_of_base64_bare_or_quoted) {
  EXPECT_EQ(parse({"Bearer claims=eyJhIjoxfQ=="})[0].parameter("claims"), "eyJhIjoxfQ==");
  EXPECT_EQ(parse({"Bearer claims=\"eyJhIjoxfQ==\""})[0].parameter("claims"), "eyJhIjoxfQ==");
}

TEST(ChallengeParser, unescapes_quoted_values) {
  EXPECT_EQ(parse({R"(Bearer a="x\"y\\z")"})[0].parameter("a"), "x\"y\\z");
}

TEST(ChallengeParser, survives_what_follows_no_grammar) {
  for (const char* line : {"", " ", ",", "=", "\"", "==,\"", "Bearer =", "Bearer a=", "Bearer a=\"",
                           "Bearer a=\"\\", "a=b", "\"x\" Bearer a=\"1"}) {
    EXPECT_LE(parse({line}).size(), 2U) << line;
  }
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "x,";
  EXPECT_EQ(parse({many}).size(), 32U);
  EXPECT_LE(parse({std::string(1'000'000, '"')}).size(), 1U);
}

struct Row {
  const char* name;
  const char* header;
  const char* scope;
  const char* tenant;
};

class Demand : public testing::TestWithParam<Row> {};

TEST_P(Demand, is_understood) {
  const auto demand = read_demand({GetParam().header}, host);
  ASSERT_TRUE(demand.ok()) << demand.error().message;
  EXPECT_EQ(demand->scope, GetParam().scope);
  EXPECT_EQ(demand->tenant, GetParam().tenant);
  EXPECT_EQ(demand->claims, "");
}

constexpr const char* usual_scope = "https://vault.azure.net/.default";

INSTANTIATE_TEST_SUITE_P(
    Spelling, Demand,
    testing::Values(
        Row{"resource",
            R"(Bearer authorization="https://login.windows.net/t1", resource="https://vault.azure.net")",
            usual_scope, "t1"},
        Row{"resource_with_slash",
            R"(Bearer authorization="https://login.windows.net/t1", resource="https://vault.azure.net/")",
            usual_scope, "t1"},
        Row{"scope",
            R"(Bearer scope="https://vault.azure.net/.default", authorization="https://l/t1")",
            usual_scope, "t1"},
        Row{"scope_without_suffix",
            R"(Bearer scope="https://vault.azure.net", authorization="https://l/t1")", usual_scope,
            "t1"},
        Row{"authorization_uri",
            R"(Bearer resource=https://vault.azure.net authorization_uri=https://l/t1/oauth2)",
            usual_scope, "t1"},
        Row{"authorization_first",
            R"(Bearer authorization_uri="https://l/t2", authorization="https://l/t1", resource="https://vault.azure.net")",
            usual_scope, "t1"},
        Row{"dsts",
            R"(Bearer authorization="https://l/dstsv2/t1", resource="https://vault.azure.net")",
            usual_scope, "t1"},
        Row{"after_pop",
            R"(PoP nonce="x", bearer authorization="https://l/t1", resource="https://vault.azure.net")",
            usual_scope, "t1"},
        Row{"upper_case_host",
            R"(Bearer authorization="https://l/t1", resource="https://VAULT.azure.net")",
            "https://VAULT.azure.net/.default", "t1"},
        Row{"the_host_itself",
            R"(Bearer authorization="https://l/t1", resource="https://contoso.vault.azure.net")",
            "https://contoso.vault.azure.net/.default", "t1"},
        Row{"domain_as_tenant",
            R"(Bearer authorization="https://l/contoso.onmicrosoft.com/", resource="https://vault.azure.net")",
            usual_scope, "contoso.onmicrosoft.com"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct Refusal {
  const char* name;
  const char* header;
  const char* message;
};

class RefusedDemand : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedDemand, says_why) {
  const auto demand = read_demand({GetParam().header}, host);
  ASSERT_FALSE(demand.ok());
  EXPECT_EQ(demand.error().code, Code::challenge_refused);
  EXPECT_THAT(demand.error().message, HasSubstr(GetParam().message));
  EXPECT_FALSE(demand.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Reason, RefusedDemand,
    testing::Values(
        Refusal{"no_dot_before_the_suffix",
                R"(Bearer authorization="https://l/t", resource="https://o.vault.azure.net")",
                "no parent of that host"},
        Refusal{"other_host",
                R"(Bearer authorization="https://l/t", resource="https://management.azure.com")",
                "management.azure.com, which is no parent"},
        Refusal{
            "host_below",
            R"(Bearer authorization="https://l/t", resource="https://x.contoso.vault.azure.net")",
            "no parent"},
        Refusal{"plain_http",
                R"(Bearer authorization="https://l/t", resource="http://vault.azure.net")",
                "no https resource"},
        Refusal{"bare_word", R"(Bearer authorization="https://l/t", resource="vault.azure.net")",
                "no https resource"},
        Refusal{"root", R"(Bearer authorization="https://l/t", resource="https://./")",
                "no parent"},
        Refusal{"no_resource", R"(Bearer authorization="https://l/t")", "names no resource"},
        Refusal{"no_authority", R"(Bearer resource="https://vault.azure.net")",
                "names no authority"},
        Refusal{"no_path",
                R"(Bearer authorization="https://l", resource="https://vault.azure.net")",
                "names no tenant"},
        Refusal{"dsts_alone",
                R"(Bearer authorization="https://l/dstsv2", resource="https://vault.azure.net")",
                "names no tenant"},
        Refusal{"strange_tenant",
                R"(Bearer authorization="https://l/a%2fb", resource="https://vault.azure.net")",
                "names no tenant"},
        Refusal{"dots_as_tenant",
                R"(Bearer authorization="https://l/../x", resource="https://vault.azure.net")",
                "names no tenant"},
        Refusal{"claims_not_base64", R"(Bearer error="insufficient_claims", claims="%%")",
                "claims challenge cannot be read"},
        Refusal{"claims_not_json", R"(Bearer error="insufficient_claims", claims="YWJj")",
                "claims challenge cannot be read"},
        Refusal{"claims_no_object", R"(Bearer error="insufficient_claims", claims="WzFd")",
                "claims challenge cannot be read"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(DotRule, holds_for_names_that_merely_end_alike) {
  const std::vector<std::string_view> header{
      R"(Bearer authorization="https://l/t", resource="https://vault.azure.net")"};
  EXPECT_TRUE(read_demand(header, "contoso.vault.azure.net").ok());
  EXPECT_FALSE(read_demand(header, "evilvault.azure.net").ok());
  EXPECT_FALSE(read_demand(header, "vault.azure.net.evil.example").ok());
  EXPECT_TRUE(read_demand(header, "contoso.vault.azure.net.").ok());
}

TEST(Demand, of_a_claims_challenge_is_its_decoded_claims) {
  const std::string claims = R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})";
  for (const char* encoded :
       {"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxIn19fQ==",
        "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxIn19fQ"}) {
    const std::string header =
        std::string{R"(Bearer realm="", authorization_uri="https://l/common/oauth2", )"} +
        R"(error="insufficient_claims", claims=")" + encoded + "\"";
    const auto demand = read_demand({header}, host);
    ASSERT_TRUE(demand.ok());
    EXPECT_EQ(demand->claims, claims);
    EXPECT_EQ(demand->scope, "");
  }
}

TEST(Demand, needs_a_bearer_challenge) {
  for (const std::vector<std::string_view>& lines :
       {std::vector<std::string_view>{}, {"Basic realm=\"x\""}, {"PoP nonce=\"x\""}}) {
    const auto demand = read_demand(lines, host);
    ASSERT_FALSE(demand.ok());
    EXPECT_EQ(demand.error().code, Code::vault_unauthorized);
  }
}

TEST(KnownScope, covers_vaults_and_hsms_of_every_cloud_and_nothing_else) {
  for (const char* scope :
       {"https://vault.azure.net/.default", "https://VAULT.azure.cn",
        "https://managedhsm.azure.net/", "https://x.vault.usgovcloudapi.net/.default",
        "https://vault.azure.net./.default"}) {
    EXPECT_TRUE(is_known_clouds_scope(scope)) << scope;
  }
  for (const char* scope :
       {"https://vault.internal/.default", "https://evilvault.azure.net", "x"}) {
    EXPECT_FALSE(is_known_clouds_scope(scope)) << scope;
  }
}

}  // namespace
}  // namespace kvlaunch
