// A stand-in with two users, one of them of a federated domain, and a federation server whose
// Kerberos is played.
#pragma once

#include <optional>

#include "devvault/jwt.hpp"
#include "devvault/ws_trust_request.hpp"
#include "launcher/xml/reader.hpp"
#include "stand_in.hpp"
#include "yaml_text.hpp"

namespace devvault {

// The token "ticket of PRINCIPAL" is PRINCIPAL's ticket.
class PlayedAcceptor final : public TicketAcceptor {
 public:
  explicit PlayedAcceptor(std::string unavailable = {}) : unavailable_(std::move(unavailable)) {}
  AcceptedTicket accept(const std::string& /*keytab*/, std::string_view token) override {
    constexpr std::string_view prefix = "ticket of ";
    if (!token.starts_with(prefix)) return {{}, {}, "no ticket"};
    return {std::string{token.substr(prefix.size())}, "proof", {}};
  }
  std::string unavailable() override { return unavailable_; }

 private:
  std::string unavailable_;
};

inline Config corporation(const std::string& federation = "{ keytab: k }") {
  return good(
      "identities: { app: { client-id: 22222222-2222-2222-2222-222222222222 } }\n"
      "users:\n"
      "  worker@corp.example: { password: ' p<w&', principal: worker@CORP.EXAMPLE }\n"
      "  clerk@cloud.example: { password: clerks }\n"
      "  visitor@corp.example: {}\n"
      "federation:\n  corp.example: " +
      federation +
      "\nvaults:\n  contoso-dev: { access: { worker@corp.example: [get] }, secrets: { x: y } "
      "}\n");
}

inline const std::string trust_url = "https://sts.corp.example/adfs/services/trust";

inline std::string trust_namespace(TrustVersion version) {
  return version == TrustVersion::v1_3 ? "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
                                       : "http://schemas.xmlsoap.org/ws/2005/02/trust";
}

// A request as clients write it.
inline std::string trust_message(TrustVersion version, const std::string& security = {},
                                 const std::string& audience = "urn:federation:MicrosoftOnline") {
  const std::string trust = trust_namespace(version);
  const std::string key_type = version == TrustVersion::v1_3
                                   ? trust + "/Bearer"
                                   : "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey";
  return "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
         "xmlns:a='http://www.w3.org/2005/08/addressing'><s:Header><a:Action>" +
         trust + "/RST/Issue</a:Action><a:MessageID>urn:uuid:1</a:MessageID>" + security +
         "</s:Header><s:Body><t:RequestSecurityToken xmlns:t='" + trust +
         "'><p:AppliesTo xmlns:p='http://schemas.xmlsoap.org/ws/2004/09/policy'>"
         "<a:EndpointReference><a:Address>" +
         audience + "</a:Address></a:EndpointReference></p:AppliesTo><t:KeyType>" + key_type +
         "</t:KeyType><t:RequestType>" + trust +
         "/Issue</t:RequestType></t:RequestSecurityToken></s:Body></s:Envelope>";
}

inline std::string user_name_token(const std::string& user, const std::string& password) {
  return "<w:Security xmlns:w='http://docs.oasis-open.org/wss/2004/01/"
         "oasis-200401-wss-wssecurity-secext-1.0.xsd'><w:UsernameToken><w:Username>" +
         user + "</w:Username><w:Password>" + password +
         "</w:Password></w:UsernameToken></w:Security>";
}

inline Request trust_request(const std::string& path, std::string body,
                             const std::string& ticket = {}) {
  Request request = request_to("POST", trust_url + path);
  if (!ticket.empty()) {
    request.headers.emplace_back(
        "Authorization",
        "Negotiate " + kvlaunch::base64_encode(ticket, kvlaunch::Base64::standard));
  }
  request.body = std::move(body);
  return request;
}

// The assertion of an answer, as it stands there.
inline std::string assertion_in(const Response& response) {
  const auto root = kvlaunch::xml::parse(response.body);
  for (const std::string_view space :
       {"urn:oasis:names:tc:SAML:1.0:assertion", "urn:oasis:names:tc:SAML:2.0:assertion"}) {
    const auto* const found = root ? root->descendant({space, "Assertion"}) : nullptr;
    if (found != nullptr) return response.body.substr(found->begin, found->end - found->begin);
  }
  return {};
}

inline std::string fault_of(const Response& response) {
  const auto root = kvlaunch::xml::parse(response.body);
  const auto* const text =
      root ? root->descendant({"http://www.w3.org/2003/05/soap-envelope", "Text"}) : nullptr;
  return text == nullptr ? "" : text->text;
}

}  // namespace devvault
