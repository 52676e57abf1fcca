// The envelope, and what comes back.
#include "providers/ws_trust.hpp"

#include <array>
#include <cstdio>

#include "launcher/xml/reader.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

using xml::Element;
using xml::Name;

constexpr std::string_view soap_space = "http://www.w3.org/2003/05/soap-envelope";
constexpr std::string_view saml1_space = "urn:oasis:names:tc:SAML:1.0:assertion";
constexpr std::string_view saml2_space = "urn:oasis:names:tc:SAML:2.0:assertion";

// An assertion with many group claims stays below 100 KiB.
constexpr std::size_t largest_answer = std::size_t{1024} * 1024;
// Of the user name token: MSAL's number.
constexpr std::chrono::minutes message_lifetime{10};

struct Dialect {
  std::string_view trust, action, key_type, request_type;
};

constexpr Dialect trust_1_3{"http://docs.oasis-open.org/ws-sx/ws-trust/200512",
                            "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue",
                            "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer",
                            "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue"};
constexpr Dialect trust_2005{"http://schemas.xmlsoap.org/ws/2005/02/trust",
                             "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue",
                             "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey",
                             "http://schemas.xmlsoap.org/ws/2005/02/trust/Issue"};

const Dialect& dialect_of(WsTrustVersion version) {
  return version == WsTrustVersion::v1_3 ? trust_1_3 : trust_2005;
}

std::string utc_time(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.000Z",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

// Puts a message together; whatever is not a constant of ours is escaped.
class Message {
 public:
  Message& raw(std::string_view text) {
    out_.append(text);
    return *this;
  }
  Message& text(std::string_view text) {
    sound_ = xml::append_escaped(out_, text) && sound_;
    return *this;
  }
  [[nodiscard]] bool sound() const { return sound_; }
  Secret take() { return out_.take(); }

 private:
  SecretWriter out_{4096};
  bool sound_ = true;
};

void append_user_name_token(Message& message, World& world, const UserPassword& password) {
  const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.wall());
  message
      .raw(
          "<wsse:Security s:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/"
          "01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"><wsu:Timestamp wsu:Id=\"_0\">"
          "<wsu:Created>")
      .text(utc_time(now))
      .raw("</wsu:Created><wsu:Expires>")
      .text(utc_time(now + message_lifetime))
      .raw("</wsu:Expires></wsu:Timestamp><wsse:UsernameToken wsu:Id=\"uuid-")
      .text(random_uuid(world.randomness))
      .raw("\"><wsse:Username>")
      .text(password.user)
      .raw("</wsse:Username><wsse:Password>")
      .text(password.password)
      .raw("</wsse:Password></wsse:UsernameToken></wsse:Security>");
}

Error malformed(const WsTrustEndpoint& endpoint, const std::string& what) {
  return Error{.code = Code::response_malformed,
               .message = endpoint.url.authority() + " answered the WS-Trust request with " + what,
               .hint = "what answers there is no AD FS: look for a proxy in the way"};
}

// SOAP 1.2: Fault/Reason/Text. The detail is for developers of AD FS and stays out.
Error refused(const WsTrustEndpoint& endpoint, int status, const Element& fault,
              const std::vector<std::string_view>& secrets) {
  const Element* const reason = fault.child({soap_space, "Reason"});
  const Element* const text = reason ? reason->child({soap_space, "Text"}) : nullptr;
  const std::string said = text ? first_line(text->trimmed_text(), secrets) : std::string{};
  Error error{.code = Code::identity_refused,
              .message = endpoint.url.authority() + " issued no assertion",
              .hint =
                  "the event log of the federation server has the details; multi-factor "
                  "authentication cannot be done here",
              .status = status};
  if (!said.empty()) error.notes.push_back("it says: " + said);
  return error;
}

Error unexpected_status(const WsTrustEndpoint& endpoint, int status) {
  Error error = malformed(endpoint, "status " + std::to_string(status));
  error.status = status;
  if (status >= 300 && status < 400) {
    error.code = Code::redirect_refused;
    error.hint = "a redirect is never followed with a proof of identity";
  } else if (status == 401 || status == 403) {
    error.code = Code::identity_refused;
    error.hint = "the federation server or a proxy before it refuses the user";
  } else if (status == 429 || status >= 500) {
    error.code = Code::identity_temporary;
    error.hint = "try again later; the event log of the federation server may say more";
  }
  return error;
}

struct Issued {
  const Element* assertion = nullptr;
  SamlVersion version = SamlVersion::v1_1;
};

// The one assertion of a RequestSecurityTokenResponse.
std::optional<Issued> issued_by(const Element& response, std::string_view trust) {
  const Element* const requested = response.child({trust, "RequestedSecurityToken"});
  if (requested == nullptr || requested->children.size() != 1) return std::nullopt;
  const Element& assertion = requested->children.front();
  if (assertion.is({saml1_space, "Assertion"})) {
    return Issued{&assertion, SamlVersion::v1_1};
  }
  if (assertion.is({saml2_space, "Assertion"})) {
    return Issued{&assertion, SamlVersion::v2_0};
  }
  return std::nullopt;
}

// Of several tokens the SAML 1.1 one, as MSAL takes it; else the first.
std::optional<Issued> choose(const Element& body, WsTrustVersion version) {
  const std::string_view trust = dialect_of(version).trust;
  const Element* parent = &body;
  if (version == WsTrustVersion::v1_3) {
    parent = body.child({trust, "RequestSecurityTokenResponseCollection"});
    if (parent == nullptr) return std::nullopt;
  }
  std::optional<Issued> chosen;
  for (const Element* const response : parent->all({trust, "RequestSecurityTokenResponse"})) {
    const auto issued = issued_by(*response, trust);
    if (!issued) continue;
    if (issued->version == SamlVersion::v1_1) return issued;
    if (!chosen) chosen = issued;
  }
  return chosen;
}

}  // namespace

Result<Secret> ws_trust_message(World& world, const WsTrustEndpoint& endpoint,
                                std::string_view audience,
                                const std::optional<UserPassword>& password) {
  const Dialect& dialect = dialect_of(endpoint.version);
  Message message;
  message.raw("<s:Envelope xmlns:s=\"")
      .raw(soap_space)
      .raw(
          "\" xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" xmlns:wsu=\"http://"
          "docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">"
          "<s:Header><wsa:Action s:mustUnderstand=\"1\">")
      .raw(dialect.action)
      .raw("</wsa:Action><wsa:MessageID>urn:uuid:")
      .text(random_uuid(world.randomness))
      .raw(
          "</wsa:MessageID><wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/"
          "anonymous</wsa:Address></wsa:ReplyTo><wsa:To s:mustUnderstand=\"1\">")
      .text(endpoint.url.text())
      .raw("</wsa:To>");
  if (password) append_user_name_token(message, world, *password);
  message.raw("</s:Header><s:Body><wst:RequestSecurityToken xmlns:wst=\"")
      .raw(dialect.trust)
      .raw(
          "\"><wsp:AppliesTo xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2004/09/policy\">"
          "<wsa:EndpointReference><wsa:Address>")
      .text(audience)
      .raw("</wsa:Address></wsa:EndpointReference></wsp:AppliesTo><wst:KeyType>")
      .raw(dialect.key_type)
      .raw("</wst:KeyType><wst:RequestType>")
      .raw(dialect.request_type)
      .raw("</wst:RequestType></wst:RequestSecurityToken></s:Body></s:Envelope>");
  if (message.sound()) return message.take();
  return Error{.code = Code::identity_configuration,
               .message = "user name or password has a character that XML cannot carry",
               .hint = "they must be UTF-8 without control characters"};
}

HttpRequest ws_trust_request(const WsTrustEndpoint& endpoint, Secret message) {
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint.url;
  request.body = std::move(message);
  request.max_body_bytes = largest_answer;
  request.add_header("Content-Type", "application/soap+xml; charset=utf-8");
  request.add_header("SOAPAction", dialect_of(endpoint.version).action);
  return request;
}

Result<SamlAssertion> read_ws_trust_answer(const WsTrustEndpoint& endpoint,
                                           const HttpResponse& response,
                                           const std::vector<std::string_view>& secrets) {
  const std::string_view source = response.body.reveal();
  xml::Options options;
  options.sealed = Name{dialect_of(endpoint.version).trust, "RequestedSecurityToken"};
  const auto root = xml::parse(source, options);
  const Element* const body =
      root && root->is({soap_space, "Envelope"}) ? root->child({soap_space, "Body"}) : nullptr;
  // Faults come with status 500, and 400 from some.
  if (const auto* const fault = body ? body->child({soap_space, "Fault"}) : nullptr) {
    return refused(endpoint, response.status, *fault, secrets);
  }
  if (response.status != 200) return unexpected_status(endpoint, response.status);
  if (!root) return malformed(endpoint, "no usable XML: " + root.error().message);
  if (body == nullptr) return malformed(endpoint, "XML that is no SOAP 1.2 envelope");
  const auto issued = choose(*body, endpoint.version);
  if (!issued) return malformed(endpoint, "no SAML assertion");
  const Element& assertion = *issued->assertion;
  return SamlAssertion{Secret{source.substr(assertion.begin, assertion.end - assertion.begin)},
                       issued->version};
}

}  // namespace kvlaunch
