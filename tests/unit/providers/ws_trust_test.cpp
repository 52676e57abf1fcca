#include "providers/ws_trust.hpp"

#include <gmock/gmock.h>

#include "launcher/xml/reader.hpp"
#include "tests/unit/providers/federation_texts.hpp"
#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const WsTrustEndpoint endpoint_1_3{*parse_url("https://sts.corp.example/trust/13/windowstransport"),
                                   WsTrustVersion::v1_3};
const WsTrustEndpoint endpoint_2005{
    *parse_url("https://sts.corp.example/trust/2005/windowstransport"), WsTrustVersion::v2005};

constexpr std::string_view soap = "http://www.w3.org/2003/05/soap-envelope";
constexpr std::string_view wsse =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

std::string message(const WsTrustEndpoint& endpoint, std::optional<UserPassword> password = {},
                    std::string_view audience = "urn:federation:MicrosoftOnline") {
  Scene scene;
  const auto text = ws_trust_message(scene.world, endpoint, audience, password);
  return text ? std::string{text->reveal()} : "(none) " + text.error().message;
}

// The text of the first element of that local name, wherever it stands.
std::string text_of(const xml::Element& element, std::string_view local) {
  if (element.local == local) return element.text;
  for (const auto& child : element.children) {
    auto text = text_of(child, local);
    if (text != "(none)") return text;
  }
  return "(none)";
}

std::string text_of(const std::string& text, std::string_view local) {
  const auto root = xml::parse(text);
  return root ? text_of(*root, local) : "(no XML)";
}

TEST(WsTrustMessage, asks_for_a_bearer_token_in_the_dialect_of_the_endpoint) {
  const std::string newer = message(endpoint_1_3);
  EXPECT_EQ(text_of(newer, "Action"), issue_1_3);
  EXPECT_EQ(text_of(newer, "KeyType"), trust_1_3 + "/Bearer");
  EXPECT_EQ(text_of(newer, "RequestType"), trust_1_3 + "/Issue");
  const std::string older = message(endpoint_2005);
  EXPECT_EQ(text_of(older, "Action"), issue_2005);
  EXPECT_EQ(text_of(older, "KeyType"), "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey");
  EXPECT_EQ(text_of(older, "RequestType"), trust_2005 + "/Issue");
}

TEST(WsTrustMessage, is_addressed_and_has_an_id) {
  const std::string text = message(endpoint_1_3);
  EXPECT_EQ(text_of(text, "To"), endpoint_1_3.url.text());
  EXPECT_THAT(text_of(text, "MessageID"), ::testing::StartsWith("urn:uuid:"));
  EXPECT_THAT(text, Not(HasSubstr("UsernameToken")));
}

TEST(WsTrustMessage, carries_a_password_for_ten_minutes) {
  const std::string text = message(endpoint_1_3, UserPassword{"worker@corp.example", "pw"});
  EXPECT_EQ(text_of(text, "Username"), "worker@corp.example");
  EXPECT_EQ(text_of(text, "Password"), "pw");
  EXPECT_EQ(text_of(text, "Created"), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(text_of(text, "Expires"), "2026-01-01T00:10:00.000Z");
  const auto root = xml::parse(text);
  ASSERT_NE(root->descendant({wsse, "Security"}), nullptr);
  EXPECT_EQ(root->descendant({wsse, "Security"})->attribute({soap, "mustUnderstand"}), "1");
}

TEST(WsTrustMessage, lets_nothing_out_of_its_place) {
  const std::string hostile = "</wsse:Password><x a=\"'&\r\n]]>";
  const std::string text =
      message(endpoint_1_3, UserPassword{hostile + "u", hostile + "p"}, hostile + "a");
  EXPECT_EQ(text_of(text, "Username"), hostile + "u");
  EXPECT_EQ(text_of(text, "Password"), hostile + "p");
  const auto root = xml::parse(text);
  EXPECT_EQ(text_of(*root->descendant({trust_1_3, "RequestSecurityToken"}), "Address"),
            hostile + "a");
}

TEST(WsTrustMessage, refuses_characters_that_xml_cannot_carry) {
  EXPECT_THAT(message(endpoint_1_3, UserPassword{"u", "p\x01"}), HasSubstr("cannot carry"));
}

TEST(WsTrustRequest, names_its_action_and_type) {
  const auto request = ws_trust_request(endpoint_2005, Secret{"<x/>"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.headers[0].value.reveal(), "application/soap+xml; charset=utf-8");
  EXPECT_EQ(request.headers[1].name, "SOAPAction");
  EXPECT_EQ(request.headers[1].value.reveal(), issue_2005);
}

std::string assertion_in(const std::string& body, const WsTrustEndpoint& endpoint = endpoint_1_3) {
  const auto assertion = read_ws_trust_answer(endpoint, FakeTransport::response(200, body));
  return assertion ? std::string{assertion->xml.reveal()} : "(none) " + assertion.error().message;
}

Error refusal(int status, const std::string& body,
              const std::vector<std::string_view>& secrets = {}) {
  const auto assertion =
      read_ws_trust_answer(endpoint_1_3, FakeTransport::response(status, body), secrets);
  return assertion ? Error{.code = Code::internal, .message = "(read)"} : assertion.error();
}

TEST(WsTrustAnswer, gives_the_assertion_byte_for_byte) {
  EXPECT_EQ(assertion_in(answer_1_3({saml1})), saml1);
  EXPECT_EQ(assertion_in(answer_2005(saml1), endpoint_2005), saml1);
}

TEST(WsTrustAnswer, tells_the_version_by_the_namespace) {
  const auto response = FakeTransport::response(200, answer_1_3({saml2}));
  EXPECT_EQ(read_ws_trust_answer(endpoint_1_3, response)->version, SamlVersion::v2_0);
}

TEST(WsTrustAnswer, prefers_saml_1_1_of_several_tokens) {
  EXPECT_EQ(assertion_in(answer_1_3({saml2, saml1})), saml1);
  EXPECT_EQ(assertion_in(answer_1_3({"<x/>", saml2})), saml2);
}

TEST(WsTrustAnswer, refuses_the_other_dialect) {
  EXPECT_THAT(assertion_in(answer_2005(saml1)), HasSubstr("no SAML assertion"));
  EXPECT_THAT(assertion_in(answer_1_3({saml1}), endpoint_2005), HasSubstr("no SAML assertion"));
}

TEST(WsTrustAnswer, refuses_tokens_that_are_no_single_assertion) {
  EXPECT_THAT(assertion_in(answer_1_3({})), HasSubstr("no SAML assertion"));
  EXPECT_THAT(assertion_in(answer_1_3({""})), HasSubstr("no SAML assertion"));
  EXPECT_THAT(assertion_in(answer_1_3({saml1 + saml2})), HasSubstr("no SAML assertion"));
  EXPECT_THAT(assertion_in(answer_1_3({"<Assertion xmlns='urn:other'/>"})),
              HasSubstr("no SAML assertion"));
}

TEST(WsTrustAnswer, does_not_take_an_assertion_from_elsewhere_in_the_message) {
  EXPECT_THAT(assertion_in(envelope(saml1)), HasSubstr("no SAML assertion"));
  EXPECT_THAT(assertion_in(saml1), HasSubstr("no SOAP 1.2 envelope"));
}

TEST(WsTrustAnswer, gives_the_reason_of_a_fault) {
  for (const int status : {200, 400, 500}) {
    const Error error = refusal(status, fault("ID3242: not authenticated"));
    EXPECT_EQ(error.code, Code::identity_refused);
    EXPECT_THAT(error.message, HasSubstr("sts.corp.example issued no assertion"));
    EXPECT_THAT(notes_of(error), HasSubstr("ID3242: not authenticated"));
  }
}

TEST(WsTrustAnswer, shows_no_password_and_no_control_character_of_a_fault) {
  EXPECT_THAT(notes_of(refusal(500, fault("wrong: MARKED"), {"MARKED"})), Not(HasSubstr("MARKED")));
  EXPECT_THAT(notes_of(refusal(500, fault("a&#x9b;b"))), Not(HasSubstr("\xc2\x9b")));
  EXPECT_TRUE(refusal(500, envelope("<s:Fault/>")).notes.empty());
}

TEST(WsTrustAnswer, tells_statuses_apart) {
  EXPECT_EQ(refusal(302, "").code, Code::redirect_refused);
  EXPECT_EQ(refusal(401, "").code, Code::identity_refused);
  EXPECT_EQ(refusal(503, "<html/>").code, Code::identity_temporary);
  EXPECT_EQ(refusal(404, "").code, Code::response_malformed);
}

TEST(WsTrustAnswer, refuses_hostile_xml_and_quotes_nothing_of_it) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const std::string whole = answer_1_3({saml1});
  for (const std::string& body : {deep, std::string{"<html>MARKED<br></html>"}, std::string{},
                                  "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + whole,
                                  whole.substr(0, whole.size() - 1), whole + "<x/>"}) {
    const Error error = refusal(200, body);
    EXPECT_EQ(error.code, Code::response_malformed);
    EXPECT_THAT(error.message + notes_of(error), Not(HasSubstr("MARKED")));
  }
}

}  // namespace
}  // namespace kvlaunch::test
