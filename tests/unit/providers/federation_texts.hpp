// What a federation server says, for the tests of those who ask it.
#pragma once

#include <string>
#include <vector>

namespace kvlaunch::test {

inline constexpr const char* realm_url = "GET https://login.microsoftonline.com/common/UserRealm/";
inline constexpr const char* metadata_url = "GET https://sts.corp.example/adfs/services/trust/mex";
inline constexpr const char* sign_in_url = "POST https://sts.corp.example/";

inline std::string federated_realm() {
  return R"({"ver":"1.0","account_type":"Federated","domain_name":"corp.example",)"
         R"("federation_protocol":"WSTrust","federation_metadata_url":)"
         R"("https://sts.corp.example/adfs/services/trust/mex",)"
         R"("cloud_audience_urn":"urn:federation:MicrosoftOnline"})";
}

inline constexpr const char* issue_1_3 =
    "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue";
inline constexpr const char* issue_2005 = "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue";

// One endpoint of a WSDL: policy, binding and port, each of which a test may spoil.
struct WsdlEndpoint {
  std::string name;
  std::string assertions;  // of the policy
  std::string action;
  std::string address;
  std::string transport = "http://schemas.xmlsoap.org/soap/http";
};

inline const std::string over_tls = "<sp:TransportBinding/>";
inline const std::string by_ticket = "<http:NegotiateAuthentication/>" + over_tls;
inline const std::string by_password =
    "<sp:SignedEncryptedSupportingTokens><wsp:Policy><sp:UsernameToken><wsp:Policy>"
    "<sp:WssUsernameToken10/></wsp:Policy></sp:UsernameToken></wsp:Policy>"
    "</sp:SignedEncryptedSupportingTokens>" +
    over_tls;
// AD FS mixes both versions of the security policy.
inline const std::string by_password_2005 =
    "<o:SignedSupportingTokens><wsp:Policy><o:UsernameToken><wsp:Policy>"
    "<o:WssUsernameToken10/></wsp:Policy></o:UsernameToken></wsp:Policy>"
    "</o:SignedSupportingTokens><o:TransportBinding/>";

inline WsdlEndpoint windowstransport_13() {
  return {"W13", by_ticket, issue_1_3,
          "https://sts.corp.example/adfs/services/trust/13/windowstransport"};
}
inline WsdlEndpoint windowstransport_2005() {
  return {"W2005", by_ticket, issue_2005,
          "https://sts.corp.example/adfs/services/trust/2005/windowstransport"};
}
inline WsdlEndpoint usernamemixed_13() {
  return {"U13", by_password, issue_1_3,
          "https://sts.corp.example/adfs/services/trust/13/usernamemixed"};
}

inline std::string wsdl_of(const std::vector<WsdlEndpoint>& endpoints) {
  std::string text = R"(<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" )"
                     R"(xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" )"
                     R"(xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" )"
                     R"(xmlns:wsa10="http://www.w3.org/2005/08/addressing" )"
                     R"(xmlns:http="http://schemas.microsoft.com/ws/06/2004/policy/http" )"
                     R"(xmlns:sp="http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702" )"
                     R"(xmlns:o="http://schemas.xmlsoap.org/ws/2005/07/securitypolicy" )"
                     R"(xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/)"
                     R"(oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:tns="urn:t">)";
  std::string ports;
  for (const auto& [name, assertions, action, address, transport] : endpoints) {
    text += "<wsp:Policy wsu:Id=\"" + name + "_policy\"><wsp:ExactlyOne><wsp:All>" + assertions +
            "</wsp:All></wsp:ExactlyOne></wsp:Policy>";
    text += "<wsdl:binding name=\"" + name + "\"><wsp:PolicyReference URI=\"#" + name +
            "_policy\"/><soap12:binding transport=\"" + transport +
            "\"/><wsdl:operation><soap12:operation soapAction=\"" + action +
            "\"/></wsdl:operation></wsdl:binding>";
    ports += "<wsdl:port binding=\"tns:" + name + "\"><wsa10:EndpointReference><wsa10:Address>" +
             address + "</wsa10:Address></wsa10:EndpointReference></wsdl:port>";
  }
  return text + "<wsdl:service>" + ports + "</wsdl:service></wsdl:definitions>";
}

// Odd on purpose: blanks, quotes and entities that any rewriting would change.
inline const std::string saml1 =
    "<saml:Assertion  xmlns:saml='urn:oasis:names:tc:SAML:1.0:assertion' AssertionID=\"_1\" >\n"
    "  <saml:X a = '&#65;&amp;'/><!-- kept --></saml:Assertion >";
inline const std::string saml2 =
    "<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion' ID='_2'/>";

inline std::string rstr(const std::string& trust, const std::string& token) {
  return "<t:RequestSecurityTokenResponse xmlns:t='" + trust + "'><t:RequestedSecurityToken>\n" +
         token + "\n</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>";
}

inline std::string envelope(const std::string& body) {
  return "<?xml version='1.0'?><s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>"
         "<s:Header/><s:Body>" +
         body + "</s:Body></s:Envelope>";
}

inline const std::string trust_1_3 = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
inline const std::string trust_2005 = "http://schemas.xmlsoap.org/ws/2005/02/trust";

inline std::string answer_1_3(const std::vector<std::string>& tokens) {
  std::string text = "<t:RequestSecurityTokenResponseCollection xmlns:t='" + trust_1_3 + "'>";
  for (const std::string& token : tokens) text += rstr(trust_1_3, token);
  return envelope(text + "</t:RequestSecurityTokenResponseCollection>");
}
inline std::string answer_2005(const std::string& token) {
  return envelope(rstr(trust_2005, token));
}
inline std::string fault(const std::string& reason) {
  return envelope(
      "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason>"
      "<s:Text xml:lang='en'>" +
      reason + "</s:Text></s:Reason></s:Fault>");
}

}  // namespace kvlaunch::test
