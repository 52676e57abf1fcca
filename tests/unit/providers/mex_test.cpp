#include "providers/mex.hpp"

#include <gmock/gmock.h>

#include "tests/unit/providers/federation_texts.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string path_of(const std::string& wsdl, WsTrustSignIn sign_in = WsTrustSignIn::kerberos) {
  const auto endpoint = find_ws_trust_endpoint(wsdl, sign_in);
  return endpoint ? endpoint->url.target : "(none) " + endpoint.error().message;
}

Code code_of(const std::string& wsdl) {
  const auto endpoint = find_ws_trust_endpoint(wsdl, WsTrustSignIn::kerberos);
  return endpoint ? Code::internal : endpoint.error().code;
}

TEST(Mex, prefers_1_3_wherever_it_stands) {
  EXPECT_EQ(path_of(wsdl_of({windowstransport_2005(), windowstransport_13()})),
            "/adfs/services/trust/13/windowstransport");
  EXPECT_EQ(path_of(wsdl_of({windowstransport_13(), windowstransport_2005()})),
            "/adfs/services/trust/13/windowstransport");
}

TEST(Mex, takes_2005_where_there_is_nothing_newer) {
  const auto endpoint = find_ws_trust_endpoint(
      wsdl_of({usernamemixed_13(), windowstransport_2005()}), WsTrustSignIn::kerberos);
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint->version, WsTrustVersion::v2005);
  EXPECT_EQ(endpoint->url.target, "/adfs/services/trust/2005/windowstransport");
}

TEST(Mex, finds_the_endpoint_for_passwords) {
  EXPECT_EQ(path_of(wsdl_of({windowstransport_13(), usernamemixed_13()}), WsTrustSignIn::password),
            "/adfs/services/trust/13/usernamemixed");
}

TEST(Mex, reads_the_older_security_policy_too) {
  WsdlEndpoint endpoint = usernamemixed_13();
  endpoint.assertions = by_password_2005;
  EXPECT_EQ(path_of(wsdl_of({endpoint}), WsTrustSignIn::password),
            "/adfs/services/trust/13/usernamemixed");
}

struct Spoilt {
  const char* what;
  WsdlEndpoint endpoint;
};

class SpoiltEndpoint : public ::testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltEndpoint, is_passed_over) {
  EXPECT_EQ(path_of(wsdl_of({GetParam().endpoint, windowstransport_2005()})),
            "/adfs/services/trust/2005/windowstransport");
  EXPECT_EQ(code_of(wsdl_of({GetParam().endpoint})), Code::identity_configuration);
}

WsdlEndpoint spoil(WsdlEndpoint endpoint, std::string WsdlEndpoint::*part, std::string text) {
  endpoint.*part = std::move(text);
  return endpoint;
}

INSTANTIATE_TEST_SUITE_P(
    , SpoiltEndpoint,
    ::testing::Values(
        Spoilt{"no_tls", spoil(windowstransport_13(), &WsdlEndpoint::assertions,
                               "<http:NegotiateAuthentication/>")},
        Spoilt{"other_sign_in", spoil(windowstransport_13(), &WsdlEndpoint::assertions, over_tls)},
        Spoilt{"wrong_namespace", spoil(windowstransport_13(), &WsdlEndpoint::assertions,
                                        "<sp:NegotiateAuthentication/>" + over_tls)},
        Spoilt{"other_action",
               spoil(windowstransport_13(), &WsdlEndpoint::action, "urn:something/else")},
        Spoilt{"other_transport",
               spoil(windowstransport_13(), &WsdlEndpoint::transport, "urn:carrier-pigeon")},
        Spoilt{"plain_http",
               spoil(windowstransport_13(), &WsdlEndpoint::address, "http://sts.corp.example/x")},
        Spoilt{"no_url", spoil(windowstransport_13(), &WsdlEndpoint::address, "nowhere")}),
    [](const auto& spoilt) { return std::string{spoilt.param.what}; });

TEST(Mex, names_the_endpoint_that_is_missing) {
  EXPECT_THAT(path_of(wsdl_of({usernamemixed_13()})), HasSubstr("windowstransport"));
  EXPECT_THAT(path_of(wsdl_of({windowstransport_13()}), WsTrustSignIn::password),
              HasSubstr("usernamemixed"));
}

TEST(Mex, refuses_what_is_no_wsdl) {
  EXPECT_EQ(code_of("<html><body>Sign in</body></html>"), Code::response_malformed);
  EXPECT_EQ(code_of("<definitions xmlns='urn:other'/>"), Code::response_malformed);
  EXPECT_EQ(code_of(""), Code::response_malformed);
  EXPECT_EQ(code_of("<!DOCTYPE x [<!ENTITY a 'b'>]>" + wsdl_of({windowstransport_13()})),
            Code::response_malformed);
  const std::string whole = wsdl_of({windowstransport_13()});
  EXPECT_EQ(code_of(whole.substr(0, whole.size() / 2)), Code::response_malformed);
}

class MexRequest : public ::testing::Test {
 protected:
  Scene scene;
  Result<WsTrustEndpoint> ask() {
    return ask_federation_metadata(scene.world,
                                   *parse_url("https://sts.corp.example/adfs/services/trust/mex"),
                                   WsTrustSignIn::kerberos, scene.fake.deadline());
  }
};

TEST_F(MexRequest, fetches_the_document) {
  scene.answer(metadata_url, 200, wsdl_of({windowstransport_13()}));
  EXPECT_TRUE(ask().ok());
  EXPECT_EQ(scene.fake.transport.request(0).max_body_bytes, 1024U * 1024U);
}

TEST_F(MexRequest, follows_no_redirect) {
  scene.answer(metadata_url, 302, "", {{"Location", "https://evil.example/"}});
  EXPECT_EQ(ask().error().code, Code::redirect_refused);
  EXPECT_EQ(scene.fake.transport.requests().size(), 1U);
}

TEST_F(MexRequest, names_the_host_and_the_intranet_when_nothing_answers) {
  const auto endpoint = ask();
  ASSERT_FALSE(endpoint.ok());
  EXPECT_EQ(endpoint.error().code, Code::connect_failure);
  EXPECT_THAT(endpoint.error().message, HasSubstr("sts.corp.example"));
  EXPECT_THAT(endpoint.error().hint, HasSubstr("intranet"));
}

TEST_F(MexRequest, never_quotes_an_answer_of_somebody_else) {
  scene.answer(metadata_url, 200, "<html>MARKED</html>");
  const auto endpoint = ask();
  ASSERT_FALSE(endpoint.ok());
  EXPECT_THAT(endpoint.error().message + notes_of(endpoint.error()), Not(HasSubstr("MARKED")));
}

TEST_F(MexRequest, calls_a_failing_server_temporary_and_a_missing_document_malformed) {
  scene.answer(metadata_url, 503, "");
  EXPECT_EQ(ask().error().code, Code::identity_temporary);
  scene.answer(metadata_url, 404, "");
  EXPECT_EQ(ask().error().code, Code::response_malformed);
}

}  // namespace
}  // namespace kvlaunch::test
