#include "providers/negotiated_request.hpp"

#include <gmock/gmock.h>

#include "launcher/base/base64.hpp"
#include "tests/fakes/fake_negotiator.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NegotiatedRequest : public ::testing::Test {
 protected:
  static constexpr const char* url = "POST https://sts.corp.example/";
  Scene scene;
  FakeNegotiator negotiator;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  static std::string token(std::string_view text) {
    return "Negotiate " + base64_encode(text, Base64::standard);
  }
  void then(int status, Headers headers, const std::string& body = "") {
    scene.answer_once(url, status, body, std::move(headers));
  }
  void offer() { then(401, {{"WWW-Authenticate", "Negotiate"}, {"WWW-Authenticate", "NTLM"}}); }
  Result<HttpResponse> send() {
    HttpRequest request;
    request.method = "POST";
    request.url = *parse_url("https://sts.corp.example/trust");
    request.body = Secret{"message"};
    return send_negotiated(scene.world, negotiator, request, scene.fake.deadline());
  }
  Error refusal() {
    const auto response = send();
    return response ? Error{.code = Code::internal, .message = "(answered)"} : response.error();
  }
  std::size_t requests() { return scene.fake.transport.requests().size(); }
};

TEST_F(NegotiatedRequest, proves_nothing_before_it_is_asked_to) {
  then(200, {}, "open");
  EXPECT_EQ(send()->body.reveal(), "open");
  EXPECT_EQ(scene.header_of(0, "Authorization"), "(none)");
  EXPECT_TRUE(negotiator.hosts.empty());
}

TEST_F(NegotiatedRequest, answers_the_challenge_with_a_ticket_for_the_host) {
  offer();
  then(200, {{"WWW-Authenticate", token("server-token")}}, "signed in");
  EXPECT_EQ(send()->body.reveal(), "signed in");
  EXPECT_THAT(negotiator.hosts, ElementsAre("sts.corp.example"));
  EXPECT_THAT(negotiator.received, ElementsAre("", "server-token"));
  EXPECT_EQ(scene.header_of(1, "Authorization"), token("client-token"));
  EXPECT_EQ(scene.body_of(1), "message");
}

TEST_F(NegotiatedRequest, sends_a_token_once_because_twice_is_a_replay) {
  offer();
  then(200, {{"WWW-Authenticate", token("server-token")}});
  static_cast<void>(send());
  EXPECT_TRUE(scene.fake.transport.request(0).idempotent);
  EXPECT_FALSE(scene.fake.transport.request(1).idempotent);
}

TEST_F(NegotiatedRequest, goes_on_for_as_many_rounds_as_the_server_wants) {
  negotiator.tokens = {"one", "two"};
  offer();
  then(401, {{"WWW-Authenticate", token("more")}});
  then(200, {{"WWW-Authenticate", token("server-token")}}, "signed in");
  EXPECT_EQ(send()->body.reveal(), "signed in");
  EXPECT_THAT(negotiator.received, ElementsAre("", "more", "server-token"));
  EXPECT_EQ(scene.header_of(2, "Authorization"), token("two"));
}

TEST_F(NegotiatedRequest, ends_after_four_rounds) {
  negotiator.tokens = std::vector<std::string>(100, "again");
  scene.answer(url, 401, "", {{"WWW-Authenticate", token("more")}});
  EXPECT_EQ(refusal().code, Code::identity_refused);
  EXPECT_EQ(requests(), 5U);
}

TEST_F(NegotiatedRequest, hands_on_a_fault_once_the_server_has_proved_itself) {
  offer();
  then(500, {{"WWW-Authenticate", token("server-token")}}, "fault");
  const auto response = send();
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 500);
}

TEST_F(NegotiatedRequest, takes_no_answer_of_a_server_that_does_not_prove_itself) {
  offer();
  then(200, {}, "from anybody");
  EXPECT_THAT(refusal().message, HasSubstr("did not prove"));
  offer();
  then(200, {{"WWW-Authenticate", token("forged")}}, "from anybody");
  EXPECT_THAT(refusal().message, HasSubstr("did not prove"));
}

TEST_F(NegotiatedRequest, says_so_when_the_ticket_is_not_accepted) {
  offer();
  then(401, {{"WWW-Authenticate", "Negotiate"}, {"WWW-Authenticate", "NTLM"}});
  const Error error = refusal();
  EXPECT_EQ(error.code, Code::identity_refused);
  EXPECT_THAT(error.message, HasSubstr("does not accept the Kerberos ticket"));
  EXPECT_THAT(error.hint, HasSubstr("ExtendedProtectionTokenCheck"));
  EXPECT_EQ(requests(), 2U);
}

TEST_F(NegotiatedRequest, names_what_is_offered_instead_of_negotiate) {
  then(401, {{"WWW-Authenticate", "NTLM"}, {"WWW-Authenticate", "Basic realm=\"x\""}});
  const Error error = refusal();
  EXPECT_EQ(error.code, Code::identity_configuration);
  EXPECT_THAT(error.message, HasSubstr("it offers NTLM, Basic"));
  EXPECT_TRUE(negotiator.hosts.empty());
}

TEST_F(NegotiatedRequest, finds_its_challenge_among_others_in_one_header) {
  then(401, {{"WWW-Authenticate", "Basic realm=\"a, Negotiate b\", charset=x, negotiate, NTLM"}});
  then(200, {{"WWW-Authenticate", token("server-token")}}, "signed in");
  EXPECT_EQ(send()->body.reveal(), "signed in");
  then(401, {{"WWW-Authenticate", "Basic realm=\"a, Negotiate b\", charset=x"}});
  EXPECT_THAT(refusal().message, ::testing::EndsWith("it offers Basic"));
}

TEST_F(NegotiatedRequest, says_so_when_nothing_is_offered) {
  then(401, {});
  EXPECT_THAT(refusal().message, HasSubstr("it offers nothing"));
}

TEST_F(NegotiatedRequest, does_not_feed_garbage_to_the_library) {
  offer();
  then(401, {{"WWW-Authenticate", "Negotiate !!!"}});
  EXPECT_EQ(refusal().code, Code::identity_refused);
  EXPECT_THAT(negotiator.received, ElementsAre(""));
}

TEST_F(NegotiatedRequest, takes_no_token_larger_than_any_ticket) {
  offer();
  then(401, {{"WWW-Authenticate", "Negotiate " + std::string(70'000, 'A')}});
  EXPECT_EQ(refusal().code, Code::identity_refused);
  EXPECT_THAT(negotiator.received, ElementsAre(""));
}

TEST_F(NegotiatedRequest, hands_on_what_kerberos_says) {
  negotiator.step_error = Error{.code = Code::identity_temporary, .message = "no KDC"};
  offer();
  EXPECT_EQ(refusal().message, "no KDC");
  EXPECT_EQ(requests(), 1U);
}

TEST_F(NegotiatedRequest, hands_on_redirects_for_others_to_refuse) {
  then(302, {{"Location", "https://evil.example/"}});
  EXPECT_EQ(send()->status, 302);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(NegotiatedRequest, hands_on_failures_of_the_network) {
  EXPECT_EQ(refusal().code, Code::connect_failure);
}

}  // namespace
}  // namespace kvlaunch::test
