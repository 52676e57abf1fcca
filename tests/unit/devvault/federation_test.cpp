// Realm discovery and the federation server.
#include "devvault/federation_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "corporation.hpp"

namespace devvault {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FederationTest : public ::testing::Test {
 protected:
  StandIn azure{corporation(), std::make_unique<PlayedAcceptor>()};

  Response realm(const std::string& user) {
    return azure.send(get(login_url + "/common/UserRealm/" + user + "?api-version=1.0"));
  }
  static std::vector<std::string> challenges(const Response& response) {
    std::vector<std::string> all;
    for (const auto& [name, value] : response.headers) {
      if (name == "WWW-Authenticate") all.push_back(value);
    }
    return all;
  }
};

TEST_F(FederationTest, sends_users_of_its_domain_to_its_server) {
  const Response response = realm("worker%40CORP.example");
  EXPECT_EQ(text_at(response, {"account_type"}), "Federated");
  EXPECT_EQ(text_at(response, {"domain_name"}), "corp.example");
  EXPECT_EQ(text_at(response, {"federation_metadata_url"}),
            "https://sts.corp.example/adfs/services/trust/mex");
  EXPECT_EQ(text_at(response, {"cloud_audience_urn"}), "urn:federation:MicrosoftOnline");
}

TEST_F(FederationTest, knows_managed_domains_by_their_users_and_no_others) {
  EXPECT_EQ(text_at(realm("anybody%40cloud.example"), {"account_type"}), "Managed");
  EXPECT_EQ(text_at(realm("worker%40nowhere.example"), {"account_type"}), "Unknown");
  EXPECT_EQ(text_at(realm("me%40live.com"), {"domain_name"}), "live.com");
}

TEST_F(FederationTest, is_reached_through_the_proxy) {
  EXPECT_TRUE(azure.azure().is_azure_host("sts.corp.example"));
  EXPECT_FALSE(azure.azure().is_azure_host("sts.other.example"));
}

TEST_F(FederationTest, describes_the_endpoints_it_has) {
  const Response both = azure.send(get(trust_url + "/mex"));
  EXPECT_TRUE(kvlaunch::xml::parse(both.body).ok());
  EXPECT_THAT(both.body, HasSubstr("/13/windowstransport"));
  EXPECT_THAT(both.body, HasSubstr("/2005/usernamemixed"));
  StandIn newer{corporation("{ ws-trust: ['1.3'] }")};
  EXPECT_THAT(newer.send(get(trust_url + "/mex")).body, Not(HasSubstr("trust/2005/")));
  EXPECT_EQ(newer.send(trust_request("/2005/usernamemixed", "")).status, 404);
}

TEST_F(FederationTest, asks_for_a_ticket) {
  EXPECT_THAT(challenges(azure.send(trust_request("/13/windowstransport", ""))),
              ElementsAre("Negotiate", "NTLM"));
}

TEST_F(FederationTest, offers_no_kerberos_without_keytab) {
  StandIn outside{corporation("{}")};
  EXPECT_THAT(challenges(outside.send(trust_request("/13/windowstransport", "", "x"))),
              ElementsAre("NTLM"));
}

TEST_F(FederationTest, issues_an_assertion_for_a_ticket_and_proves_itself) {
  for (const auto& [path, version] :
       {std::pair{"/13", TrustVersion::v1_3}, std::pair{"/2005", TrustVersion::v2005}}) {
    const Response response =
        azure.send(trust_request(std::string{path} + "/windowstransport", trust_message(version),
                                 "ticket of worker@CORP.EXAMPLE"));
    EXPECT_EQ(response.status, 200) << fault_of(response);
    EXPECT_THAT(assertion_in(response), HasSubstr("worker@corp.example"));
    EXPECT_THAT(challenges(response), ElementsAre("Negotiate cHJvb2Y="));
  }
}

TEST_F(FederationTest, takes_the_user_name_for_the_principal_where_none_is_given) {
  const Response response = azure.send(trust_request(
      "/13/windowstransport", trust_message(TrustVersion::v1_3), "ticket of visitor@CORP.EXAMPLE"));
  EXPECT_THAT(assertion_in(response), HasSubstr("visitor@corp.example"));
}

TEST_F(FederationTest, refuses_tickets_of_strangers_and_what_is_no_ticket) {
  for (const char* ticket :
       {"ticket of clerk@CLOUD.EXAMPLE", "ticket of worker@OTHER", "garbage"}) {
    const Response response = azure.send(
        trust_request("/13/windowstransport", trust_message(TrustVersion::v1_3), ticket));
    EXPECT_EQ(response.status, 401) << ticket;
  }
}

TEST_F(FederationTest, says_so_where_the_machine_has_no_kerberos_library) {
  StandIn poor{corporation(), std::make_unique<PlayedAcceptor>("no library")};
  const Response response = poor.send(trust_request(
      "/13/windowstransport", trust_message(TrustVersion::v1_3), "ticket of worker@CORP.EXAMPLE"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(fault_of(response), HasSubstr("no library"));
}

TEST_F(FederationTest, issues_an_assertion_for_a_password_with_all_its_characters) {
  const Response response = azure.send(trust_request(
      "/13/usernamemixed",
      trust_message(TrustVersion::v1_3, user_name_token("Worker@corp.example", " p&lt;w&amp;"))));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(assertion_in(response), HasSubstr("worker@corp.example"));
}

TEST_F(FederationTest, refuses_wrong_passwords_and_users_of_other_domains) {
  for (const auto& [user, password] :
       {std::pair{"worker@corp.example", "wrong"}, std::pair{"nobody@corp.example", "x"},
        std::pair{"clerk@cloud.example", "clerks"}, std::pair{"visitor@corp.example", ""}}) {
    const Response response = azure.send(trust_request(
        "/13/usernamemixed", trust_message(TrustVersion::v1_3, user_name_token(user, password))));
    EXPECT_EQ(response.status, 500);
    EXPECT_THAT(fault_of(response), HasSubstr("ID3242"));
  }
}

TEST_F(FederationTest, answers_with_a_fault_to_what_it_cannot_read) {
  const std::string ticket = "ticket of worker@CORP.EXAMPLE";
  for (const std::string& body :
       {std::string{"no XML"}, std::string{"<a/>"}, std::string{"<!DOCTYPE a><a/>"},
        trust_message(TrustVersion::v2005),
        trust_message(TrustVersion::v1_3, {}, "urn:somebody-else")}) {
    const Response response = azure.send(trust_request("/13/windowstransport", body, ticket));
    EXPECT_EQ(response.status, 500);
    EXPECT_NE(fault_of(response), "");
  }
}

TEST(UsersYaml, reads_users_and_makes_an_identity_of_each) {
  const Config config = corporation("{ host: adfs.corp.example, saml: '2.0' }");
  EXPECT_EQ(config.users.at("worker@corp.example").principal, "worker@CORP.EXAMPLE");
  EXPECT_EQ(config.identities.at("clerk@cloud.example").name, "clerk@cloud.example");
  EXPECT_EQ(config.default_identity, "app");
  EXPECT_EQ(config.federations.at("corp.example").host, "adfs.corp.example");
  EXPECT_EQ(config.federations.at("corp.example").saml, SamlVersion::v2_0);
}

struct Mistake {
  const char* text;
  kvlaunch::Code code;
};

class UsersYamlRefuses : public ::testing::TestWithParam<Mistake> {};

TEST_P(UsersYamlRefuses, with_a_place) {
  const auto errors = bad(GetParam().text);
  EXPECT_EQ(errors.front().code, GetParam().code) << errors.front().message;
  EXPECT_TRUE(errors.front().location.has_value());
}

INSTANTIATE_TEST_SUITE_P(
    , UsersYamlRefuses,
    ::testing::Values(
        Mistake{"users: { worker: {} }\n", kvlaunch::Code::manifest_bad_value},
        Mistake{"users: { 'a/b@c.d': {} }\n", kvlaunch::Code::manifest_bad_value},
        Mistake{"users: { a@b.c: { pasword: x } }\n", kvlaunch::Code::manifest_unknown_key},
        Mistake{"users: { a@b.c: {}, A@b.c: {} }\n", kvlaunch::Code::manifest_conflict},
        Mistake{"federation: { 'https://x.y': {} }\n", kvlaunch::Code::manifest_bad_value},
        Mistake{"federation: { x.y: { host: login.windows.net } }\n",
                kvlaunch::Code::manifest_bad_value},
        Mistake{"federation: { x.y: { saml: 3 } }\n", kvlaunch::Code::manifest_bad_value},
        Mistake{"federation: { x.y: { ws-trust: [1.2] } }\n", kvlaunch::Code::manifest_bad_value}));

}  // namespace
}  // namespace devvault
