// Writing and checking assertions.
#include "devvault/saml.hpp"

#include <charconv>

#include "devvault/jwt.hpp"
#include "devvault/times.hpp"
#include "devvault/xml_text.hpp"
#include "launcher/xml/reader.hpp"

namespace devvault {
namespace {

using kvlaunch::xml::Element;

constexpr std::string_view saml1 = "urn:oasis:names:tc:SAML:1.0:assertion";
constexpr std::string_view saml2 = "urn:oasis:names:tc:SAML:2.0:assertion";
constexpr std::string_view dsig = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view claims = "http://schemas.xmlsoap.org/claims";

std::string base64(std::string_view bytes) {
  return kvlaunch::base64_encode(bytes, kvlaunch::Base64::standard);
}

// Everything of it but the signature, in two halves: the signature stands between them.
struct Halves {
  std::string before, after;
};

// Attributes in the order of their names: canonical form wants it.
Halves saml1_halves(const Assertion& assertion, const std::string& id) {
  const std::string from = xml_time(assertion.not_before);
  return {"<saml:Assertion xmlns:saml=\"" + std::string{saml1} + "\" AssertionID=\"" + id +
              "\" IssueInstant=\"" + from + "\" Issuer=\"" + xml_escaped(assertion.issuer) +
              "\" MajorVersion=\"1\" MinorVersion=\"1\"><saml:Conditions NotBefore=\"" + from +
              "\" NotOnOrAfter=\"" + xml_time(assertion.expires) +
              "\"><saml:AudienceRestrictionCondition><saml:Audience>" +
              xml_escaped(assertion.audience) +
              "</saml:Audience></saml:AudienceRestrictionCondition></saml:Conditions>"
              "<saml:AttributeStatement><saml:Subject><saml:NameIdentifier>" +
              base64(sha1(assertion.user)) +
              "</saml:NameIdentifier></saml:Subject><saml:Attribute AttributeName=\"UPN\" "
              "AttributeNamespace=\"" +
              std::string{claims} + "\"><saml:AttributeValue>" + xml_escaped(assertion.user) +
              "</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>",
          "</saml:Assertion>"};
}

Halves saml2_halves(const Assertion& assertion, const std::string& id) {
  const std::string from = xml_time(assertion.not_before);
  return {"<saml:Assertion xmlns:saml=\"" + std::string{saml2} + "\" ID=\"" + id +
              "\" IssueInstant=\"" + from + "\" Version=\"2.0\"><saml:Issuer>" +
              xml_escaped(assertion.issuer) + "</saml:Issuer>",
          "<saml:Subject><saml:NameID>" + base64(sha1(assertion.user)) +
              "</saml:NameID></saml:Subject><saml:Conditions NotBefore=\"" + from +
              "\" NotOnOrAfter=\"" + xml_time(assertion.expires) +
              "\"><saml:AudienceRestriction><saml:Audience>" + xml_escaped(assertion.audience) +
              "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
              "<saml:AttributeStatement><saml:Attribute Name=\"" +
              std::string{claims} + "/UPN\"><saml:AttributeValue>" + xml_escaped(assertion.user) +
              "</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>"};
}

Halves halves_of(const Assertion& assertion, const std::string& id) {
  return assertion.version == SamlVersion::v1_1 ? saml1_halves(assertion, id)
                                                : saml2_halves(assertion, id);
}

// After "<ds:SignedInfo": within the document the namespace is declared above it, canonical form
// repeats it there.
std::string signed_info_rest(const std::string& id, std::string_view digest) {
  return "><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">"
         "</ds:CanonicalizationMethod><ds:SignatureMethod "
         "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>"
         "<ds:Reference URI=\"#" +
         id +
         "\"><ds:Transforms><ds:Transform "
         "Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>"
         "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>"
         "</ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">"
         "</ds:DigestMethod><ds:DigestValue>" +
         base64(digest) + "</ds:DigestValue></ds:Reference></ds:SignedInfo>";
}

std::string canonical_signed_info(const std::string& rest) {
  return "<ds:SignedInfo xmlns:ds=\"" + std::string{dsig} + "\"" + rest;
}

std::string signature_text(const std::string& rest, std::string_view signature) {
  return "<ds:Signature xmlns:ds=\"" + std::string{dsig} + "\"><ds:SignedInfo" + rest +
         "<ds:SignatureValue>" + base64(signature) + "</ds:SignatureValue></ds:Signature>";
}

std::string text_of(const Element& root, std::string_view space, std::string_view local) {
  const Element* const found = root.descendant({space, local});
  return found == nullptr ? std::string{} : std::string{found->trimmed_text()};
}

// Text that was signed is text of ours: what stands where need not be doubted any more.
Assertion content_of(const Element& root) {
  Assertion assertion;
  const bool old = root.space == saml1;
  assertion.version = old ? SamlVersion::v1_1 : SamlVersion::v2_0;
  assertion.issuer =
      old ? std::string{root.attribute({{}, "Issuer"})} : text_of(root, saml2, "Issuer");
  assertion.audience = text_of(root, root.space, "Audience");
  assertion.user = text_of(root, root.space, "AttributeValue");
  if (const Element* const conditions = root.descendant({root.space, "Conditions"})) {
    assertion.not_before = parse_xml_time(conditions->attribute({{}, "NotBefore"})).value_or(0);
    assertion.expires = parse_xml_time(conditions->attribute({{}, "NotOnOrAfter"})).value_or(0);
  }
  return assertion;
}

}  // namespace

std::string write_assertion(const Assertion& assertion, const std::string& id,
                            const TokenIssuer& signer) {
  const Halves halves = halves_of(assertion, id);
  const std::string rest = signed_info_rest(id, sha256(halves.before + halves.after));
  const std::string signature = signer.sign_text(canonical_signed_info(rest));
  return halves.before + signature_text(rest, signature) + halves.after;
}

std::optional<Assertion> read_assertion(std::string_view xml, const TokenIssuer& signer) {
  const auto root = kvlaunch::xml::parse(xml);
  if (!root || root->local != "Assertion" || (root->space != saml1 && root->space != saml2)) {
    return std::nullopt;
  }
  // In one piece: nothing around the assertion either.
  if (root->begin != 0 || root->end != xml.size()) return std::nullopt;
  const auto signatures = root->all({dsig, "Signature"});
  if (signatures.size() != 1) return std::nullopt;
  const Element& signature = *signatures.front();
  const auto value = base64_decode(text_of(signature, dsig, "SignatureValue"));
  if (!value) return std::nullopt;
  const std::string id{root->attribute({{}, root->space == saml1 ? "AssertionID" : "ID"})};
  const std::string rest = signed_info_rest(id, sha256(std::string{xml.substr(0, signature.begin)} +
                                                       std::string{xml.substr(signature.end)}));
  // The signature element as we would have written it: no other form of it is ours.
  if (xml.substr(signature.begin, signature.end - signature.begin) !=
      signature_text(rest, *value)) {
    return std::nullopt;
  }
  if (!signer.verifies_text(canonical_signed_info(rest), *value)) return std::nullopt;
  return content_of(*root);
}

}  // namespace devvault
