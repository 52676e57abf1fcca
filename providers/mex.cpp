// From policy to binding to port: how a WSDL says which address takes what.
#include "providers/mex.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "launcher/base/retry.hpp"
#include "launcher/xml/reader.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

using xml::Element;

constexpr std::string_view wsdl_space = "http://schemas.xmlsoap.org/wsdl/";
constexpr std::string_view soap12_space = "http://schemas.xmlsoap.org/wsdl/soap12/";
constexpr std::string_view policy_space = "http://schemas.xmlsoap.org/ws/2004/09/policy";
constexpr std::string_view addressing_space = "http://www.w3.org/2005/08/addressing";
constexpr std::string_view utility_space =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
constexpr std::string_view http_space = "http://schemas.microsoft.com/ws/06/2004/policy/http";
// WS-SecurityPolicy 1.2 and its forerunner: AD FS uses both, also within one policy.
constexpr std::array<std::string_view, 2> security_spaces{
    "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702",
    "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"};
constexpr std::string_view soap_over_http = "http://schemas.xmlsoap.org/soap/http";
constexpr std::string_view issue_1_3 = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue";
constexpr std::string_view issue_2005 = "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue";

// A real document is some 100 KiB.
constexpr std::size_t largest_document = std::size_t{1024} * 1024;

const Element* security_child(const Element& parent, std::string_view local) {
  for (const std::string_view space : security_spaces) {
    if (const auto* const found = parent.child({space, local})) return found;
  }
  return nullptr;
}

// Policy/UsernameToken/Policy/WssUsernameToken10: the plain password, protected by TLS alone.
bool wants_user_name(const Element& tokens) {
  const Element* const outer = tokens.child({policy_space, "Policy"});
  const Element* const token = outer ? security_child(*outer, "UsernameToken") : nullptr;
  const Element* const inner = token ? token->child({policy_space, "Policy"}) : nullptr;
  return inner != nullptr && security_child(*inner, "WssUsernameToken10") != nullptr;
}

bool takes(const Element& alternative, WsTrustSignIn sign_in) {
  if (sign_in == WsTrustSignIn::kerberos) {
    return alternative.child({http_space, "NegotiateAuthentication"}) != nullptr;
  }
  for (const std::string_view local :
       {"SignedEncryptedSupportingTokens", "SignedSupportingTokens"}) {
    const Element* const tokens = security_child(alternative, local);
    if (tokens != nullptr && wants_user_name(*tokens)) return true;
  }
  return false;
}

// Does one alternative of the policy allow `sign_in` over TLS?
bool allows(const Element& policy, WsTrustSignIn sign_in) {
  const Element* const exactly_one = policy.child({policy_space, "ExactlyOne"});
  if (exactly_one == nullptr) return false;
  const auto alternatives = exactly_one->all({policy_space, "All"});
  return std::any_of(alternatives.begin(), alternatives.end(), [&](const Element* alternative) {
    return takes(*alternative, sign_in) &&
           security_child(*alternative, "TransportBinding") != nullptr;
  });
}

// "#id" of every policy that allows `sign_in`.
std::vector<std::string> fitting_policies(const Element& root, WsTrustSignIn sign_in) {
  std::vector<std::string> references;
  for (const Element* const policy : root.all({policy_space, "Policy"})) {
    const auto id = policy->attribute({utility_space, "Id"});
    if (!id.empty() && allows(*policy, sign_in)) references.push_back("#" + std::string{id});
  }
  return references;
}

std::optional<WsTrustVersion> version_of(const Element& binding) {
  const Element* const soap = binding.child({soap12_space, "binding"});
  if (soap == nullptr || soap->attribute({{}, "transport"}) != soap_over_http) return std::nullopt;
  for (const Element* const operation : binding.all({wsdl_space, "operation"})) {
    const Element* const soap_operation = operation->child({soap12_space, "operation"});
    if (soap_operation == nullptr) continue;
    const auto action = soap_operation->attribute({{}, "soapAction"});
    if (equal_ignoring_case(action, issue_1_3)) return WsTrustVersion::v1_3;
    if (equal_ignoring_case(action, issue_2005)) return WsTrustVersion::v2005;
  }
  return std::nullopt;
}

// "prefix:name" -> "name"; bindings are told apart by their local names, as MSAL does.
std::string_view local_part(std::string_view qualified) {
  return qualified.substr(qualified.find(':') + 1);
}

std::optional<Url> address_of(const Element& root, std::string_view binding_name) {
  for (const Element* const service : root.all({wsdl_space, "service"})) {
    for (const Element* const port : service->all({wsdl_space, "port"})) {
      if (local_part(port->attribute({{}, "binding"})) != binding_name) continue;
      const Element* const reference = port->child({addressing_space, "EndpointReference"});
      const Element* const address =
          reference ? reference->child({addressing_space, "Address"}) : nullptr;
      if (address == nullptr) continue;
      auto url = parse_url(address->trimmed_text());
      // The proof that is sent there must not travel in the clear.
      if (url && url->scheme == "https") return std::move(*url);
    }
  }
  return std::nullopt;
}

std::string described(WsTrustSignIn sign_in) {
  return sign_in == WsTrustSignIn::kerberos ? "a Kerberos ticket (windowstransport)"
                                            : "user name and password (usernamemixed)";
}

Error named(Error error, const Url& metadata) {
  error.message = "the WS-Trust metadata of " + metadata.authority() + ": " + error.message;
  return error;
}

}  // namespace

Result<WsTrustEndpoint> find_ws_trust_endpoint(std::string_view wsdl, WsTrustSignIn sign_in) {
  const auto root = xml::parse(wsdl);
  if (!root) return root.errors();
  if (!root->is({wsdl_space, "definitions"})) {
    return Error{.code = Code::response_malformed, .message = "this is no WSDL document"};
  }
  const auto policies = fitting_policies(*root, sign_in);
  std::optional<WsTrustEndpoint> found;
  for (const Element* const binding : root->all({wsdl_space, "binding"})) {
    const auto references = binding->all({policy_space, "PolicyReference"});
    const bool fits = std::any_of(references.begin(), references.end(), [&](const Element* r) {
      return std::find(policies.begin(), policies.end(), r->attribute({{}, "URI"})) !=
             policies.end();
    });
    const auto version = fits ? version_of(*binding) : std::nullopt;
    if (!version || (found && *version != WsTrustVersion::v1_3)) continue;
    auto url = address_of(*root, binding->attribute({{}, "name"}));
    if (!url) continue;
    found = WsTrustEndpoint{std::move(*url), *version};
    if (*version == WsTrustVersion::v1_3) break;
  }
  if (found) return std::move(*found);
  return Error{
      .code = Code::identity_configuration,
      .message = "no endpoint takes " + described(sign_in),
      .hint =
          "enable it on the federation server: Enable-AdfsEndpoint -TargetAddressPath "
          "/adfs/services/trust/13/" +
          std::string{sign_in == WsTrustSignIn::kerberos ? "windowstransport" : "usernamemixed"}};
}

Result<WsTrustEndpoint> ask_federation_metadata(World& world, const Url& metadata,
                                                WsTrustSignIn sign_in, const Deadline& deadline) {
  HttpRequest request;
  request.url = metadata;
  request.max_body_bytes = largest_document;
  RetryPolicy policy;
  policy.max_attempts = 3;
  const auto attempted =
      send_with_retry(world.transport, world.clock, world.randomness, world.log, request, policy,
                      deadline, "WS-Trust metadata of " + metadata.authority());
  constexpr const char* intranet =
      "AD FS is often reachable from the intranet only, and not through HTTPS_PROXY (see NO_PROXY)";
  if (!attempted.result) {
    Error error = attempted.result.error();
    if (error.hint.empty()) error.hint = intranet;
    return named(std::move(error), metadata);
  }
  const int status = attempted.result->status;
  if (status != 200) {
    Error error{.code = Code::response_malformed,
                .message = "status " + std::to_string(status),
                .hint = intranet,
                .status = status};
    if (status == 429 || status >= 500) error.code = Code::identity_temporary;
    if (status >= 300 && status < 400) error.code = Code::redirect_refused;
    return named(std::move(error), metadata);
  }
  auto endpoint = find_ws_trust_endpoint(attempted.result->body.reveal(), sign_in);
  if (!endpoint) {
    Error error = endpoint.error();
    if (error.hint.empty()) error.hint = intranet;
    return named(std::move(error), metadata);
  }
  return endpoint;
}

}  // namespace kvlaunch
