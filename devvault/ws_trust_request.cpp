// SOAP in and out.
#include "devvault/ws_trust_request.hpp"

#include "devvault/xml_text.hpp"
#include "launcher/xml/reader.hpp"

namespace devvault {
namespace {

using kvlaunch::xml::Element;
using kvlaunch::xml::Name;

constexpr std::string_view soap = "http://www.w3.org/2003/05/soap-envelope";
constexpr std::string_view addressing = "http://www.w3.org/2005/08/addressing";
constexpr std::string_view policy = "http://schemas.xmlsoap.org/ws/2004/09/policy";
constexpr std::string_view security =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

constexpr std::string_view trust_of(TrustVersion version) {
  return version == TrustVersion::v1_3 ? "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
                                       : "http://schemas.xmlsoap.org/ws/2005/02/trust";
}

constexpr std::string_view key_type_of(TrustVersion version) {
  return version == TrustVersion::v1_3
             ? "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer"
             : "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey";
}

std::string text_at(const Element& parent, std::initializer_list<Name> path) {
  const Element* at = &parent;
  for (const Name& name : path) {
    at = at->child(name);
    if (at == nullptr) return {};
  }
  return std::string{at->trimmed_text()};
}

// Passwords may begin or end with blanks.
std::string exact_text_at(const Element& parent, const Name& name) {
  const Element* const found = parent.child(name);
  return found == nullptr ? std::string{} : found->text;
}

}  // namespace

std::string_view issue_action(TrustVersion version) {
  return version == TrustVersion::v1_3
             ? "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue"
             : "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue";
}

std::variant<TrustRequest, std::string> read_trust_request(std::string_view body,
                                                           TrustVersion version) {
  const auto root = kvlaunch::xml::parse(body);
  if (!root) return "The message is no XML: " + root.error().message + ".";
  if (!root->is({soap, "Envelope"})) return "The message is no SOAP 1.2 envelope.";
  const Element* const header = root->child({soap, "Header"});
  const Element* const content = root->child({soap, "Body"});
  if (header == nullptr || content == nullptr) return "The envelope lacks its header or body.";
  if (text_at(*header, {{addressing, "Action"}}) != issue_action(version)) {
    return "The message's Action is not the one of this endpoint.";
  }
  if (text_at(*header, {{addressing, "MessageID"}}).empty()) return "The message has no MessageID.";
  const std::string_view trust = trust_of(version);
  const Element* const asked = content->child({trust, "RequestSecurityToken"});
  if (asked == nullptr) return "The body is no RequestSecurityToken of this version.";
  if (text_at(*asked, {{trust, "KeyType"}}) != key_type_of(version) ||
      text_at(*asked, {{trust, "RequestType"}}) != std::string{trust} + "/Issue") {
    return "The request is for something other than issuing a bearer token.";
  }
  TrustRequest request;
  request.audience = text_at(
      *asked, {{policy, "AppliesTo"}, {addressing, "EndpointReference"}, {addressing, "Address"}});
  const Element* const secured = header->child({security, "Security"});
  const Element* const token = secured ? secured->child({security, "UsernameToken"}) : nullptr;
  if (token != nullptr) {
    request.user = text_at(*token, {{security, "Username"}});
    request.password = exact_text_at(*token, {security, "Password"});
  }
  return request;
}

std::string trust_answer(TrustVersion version, const std::string& assertion,
                         std::string_view token_type, std::string_view audience) {
  const std::string trust{trust_of(version)};
  const bool collected = version == TrustVersion::v1_3;
  std::string text = "<s:Envelope xmlns:s=\"" + std::string{soap} + "\" xmlns:a=\"" +
                     std::string{addressing} + "\"><s:Header><a:Action s:mustUnderstand=\"1\">" +
                     trust + (collected ? "/RSTRC/IssueFinal" : "/RSTR/Issue") +
                     "</a:Action></s:Header><s:Body>";
  if (collected) text += "<t:RequestSecurityTokenResponseCollection xmlns:t=\"" + trust + "\">";
  text += "<t:RequestSecurityTokenResponse xmlns:t=\"" + trust + "\"><wsp:AppliesTo xmlns:wsp=\"" +
          std::string{policy} + "\"><a:EndpointReference><a:Address>" + xml_escaped(audience) +
          "</a:Address></a:EndpointReference></wsp:AppliesTo><t:RequestedSecurityToken>" +
          assertion + "</t:RequestedSecurityToken><t:TokenType>" + std::string{token_type} +
          "</t:TokenType></t:RequestSecurityTokenResponse>";
  if (collected) text += "</t:RequestSecurityTokenResponseCollection>";
  return text + "</s:Body></s:Envelope>";
}

std::string soap_fault(std::string_view reason) {
  return "<s:Envelope xmlns:s=\"" + std::string{soap} +
         "\"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text "
         "xml:lang=\"en-US\">" +
         xml_escaped(reason) + "</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>";
}

}  // namespace devvault
