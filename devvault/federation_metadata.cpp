// The WSDL in which a federation server describes its WS-Trust endpoints, cut down from AD FS's.
#include "devvault/federation_server.hpp"

#include <vector>

namespace devvault {
namespace {

constexpr std::string_view head =
    R"(<?xml version="1.0" encoding="utf-8"?><wsdl:definitions name="SecurityTokenService" )"
    R"(targetNamespace="http://schemas.microsoft.com/ws/2008/06/identity/securitytokenservice" )"
    R"(xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" )"
    R"(xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" )"
    R"(xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" )"
    R"(xmlns:wsa10="http://www.w3.org/2005/08/addressing" )"
    R"(xmlns:http="http://schemas.microsoft.com/ws/06/2004/policy/http" )"
    R"(xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" )"
    R"(xmlns:tns="http://schemas.microsoft.com/ws/2008/06/identity/securitytokenservice">)";

// What the four endpoints differ in. AD FS writes the older security policy for 2005.
struct Described {
  std::string name, version, transport;
  bool by_ticket;
  TrustVersion trust;
};

std::string_view security_policy(TrustVersion version) {
  return version == TrustVersion::v1_3 ? "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"
                                       : "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy";
}

std::string policy_of(const Described& endpoint) {
  const std::string space{security_policy(endpoint.trust)};
  const std::string tokens = endpoint.trust == TrustVersion::v1_3
                                 ? "sp:SignedEncryptedSupportingTokens"
                                 : "sp:SignedSupportingTokens";
  std::string text = "<wsp:Policy wsu:Id=\"" + endpoint.name +
                     "_policy\"><wsp:ExactlyOne><wsp:All xmlns:sp=\"" + space + "\">";
  if (endpoint.by_ticket) text += "<http:NegotiateAuthentication/>";
  text += "<sp:TransportBinding><wsp:Policy/></sp:TransportBinding>";
  if (!endpoint.by_ticket) {
    text += "<" + tokens +
            "><wsp:Policy><sp:UsernameToken><wsp:Policy><sp:WssUsernameToken10/></wsp:Policy>"
            "</sp:UsernameToken></wsp:Policy></" +
            tokens + ">";
  }
  return text + "</wsp:All></wsp:ExactlyOne></wsp:Policy>";
}

std::string binding_of(const Described& endpoint) {
  return "<wsdl:binding name=\"" + endpoint.name + "\"><wsp:PolicyReference URI=\"#" +
         endpoint.name +
         "_policy\"/><soap12:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>"
         "<wsdl:operation name=\"Issue\"><soap12:operation soapAction=\"" +
         std::string{issue_action(endpoint.trust)} +
         "\" style=\"document\"/></wsdl:operation></wsdl:binding>";
}

std::string port_of(const Described& endpoint, const std::string& host) {
  const std::string address =
      "https://" + host + "/adfs/services/trust/" + endpoint.version + "/" + endpoint.transport;
  return "<wsdl:port name=\"" + endpoint.name + "\" binding=\"tns:" + endpoint.name +
         "\"><wsa10:EndpointReference><wsa10:Address>" + address +
         "</wsa10:Address></wsa10:EndpointReference></wsdl:port>";
}

void describe(TrustVersion trust, std::vector<Described>& endpoints) {
  const std::string version = trust == TrustVersion::v1_3 ? "13" : "2005";
  for (const bool by_ticket : {true, false}) {
    const std::string transport = by_ticket ? "windowstransport" : "usernamemixed";
    endpoints.push_back({"trust" + version + transport, version, transport, by_ticket, trust});
  }
}

}  // namespace

std::string federation_metadata(const Federation& federation) {
  std::vector<Described> endpoints;
  // The older first, as AD FS lists them: clients must look for the newer.
  if (federation.trust_2005) describe(TrustVersion::v2005, endpoints);
  if (federation.trust_1_3) describe(TrustVersion::v1_3, endpoints);
  std::string text{head};
  for (const Described& endpoint : endpoints) text += policy_of(endpoint);
  for (const Described& endpoint : endpoints) text += binding_of(endpoint);
  text += "<wsdl:service name=\"SecurityTokenService\">";
  for (const Described& endpoint : endpoints) text += port_of(endpoint, federation.host);
  return text + "</wsdl:service></wsdl:definitions>";
}

}  // namespace devvault
