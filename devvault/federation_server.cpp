// The endpoints of AD FS.
#include "devvault/federation_server.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "devvault/jwt.hpp"
#include "devvault/made_up.hpp"
#include "devvault/saml.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view soap_type = "application/soap+xml; charset=utf-8";
constexpr std::string_view negotiate = "Negotiate ";
// AD FS's own: an hour, and nothing for clocks that are behind.
constexpr std::int64_t assertion_lifetime_s = 3600;
// ID3242: what AD FS says to a wrong user or password.
constexpr std::string_view not_authenticated =
    "ID3242: The security token could not be authenticated or authorized.";

struct Endpoint {
  std::string_view path;
  TrustVersion version;
  bool by_ticket;
};

constexpr std::array<Endpoint, 4> endpoints{
    {{"/adfs/services/trust/13/windowstransport", TrustVersion::v1_3, true},
     {"/adfs/services/trust/2005/windowstransport", TrustVersion::v2005, true},
     {"/adfs/services/trust/13/usernamemixed", TrustVersion::v1_3, false},
     {"/adfs/services/trust/2005/usernamemixed", TrustVersion::v2005, false}}};

const Federation* federation_of(const Config& config, std::string_view host) {
  for (const auto& [domain, federation] : config.federations) {
    if (federation.host == host) return &federation;
  }
  return nullptr;
}

Response soap(int status, std::string body) {
  return {status, {{"Content-Type", std::string{soap_type}}}, std::move(body)};
}

Response fault(std::string_view reason) {
  return soap(500, soap_fault(reason));
}

Response unauthorized(std::vector<std::string> challenges) {
  Response response{401, {{"Content-Type", "text/html"}}, "<html>401</html>"};
  for (std::string& challenge : challenges) {
    response.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  }
  return response;
}

bool is_enabled(const Federation& federation, TrustVersion version) {
  return version == TrustVersion::v1_3 ? federation.trust_1_3 : federation.trust_2005;
}

std::string base64(std::string_view bytes) {
  return kvlaunch::base64_encode(bytes, kvlaunch::Base64::standard);
}

}  // namespace

std::string issuer_of(const Federation& federation) {
  return "http://" + federation.host + "/adfs/services/trust";
}

bool is_federation_host(const Config& config, std::string_view host) {
  return federation_of(config, host) != nullptr;
}

bool FederationServer::serves(const Request& request) const {
  return request.scheme == "https" && is_federation_host(config_, request.host);
}

Response FederationServer::answer(const Request& request) {
  const Federation& federation = *federation_of(config_, request.host);
  if (request.path == metadata_path && request.method == "GET") {
    return soap(200, federation_metadata(federation));
  }
  const auto* const endpoint = std::find_if(endpoints.begin(), endpoints.end(),
                                            [&](const auto& e) { return e.path == request.path; });
  if (endpoint == endpoints.end() || !is_enabled(federation, endpoint->version)) {
    return {404, {{"Content-Type", "text/html"}}, "<html>404</html>"};
  }
  if (request.method != "POST") return {405, {{"Allow", "POST"}}, ""};
  return endpoint->by_ticket ? by_ticket(federation, endpoint->version, request)
                             : by_password(federation, endpoint->version, request);
}

Response FederationServer::by_ticket(const Federation& federation, TrustVersion version,
                                     const Request& request) {
  // As AD FS answers browsers and clients that it thinks to be outside.
  if (federation.keytab.empty()) return unauthorized({"NTLM"});
  const std::string_view sent = request.header("Authorization").value_or("");
  if (!sent.starts_with(negotiate)) return unauthorized({"Negotiate", "NTLM"});
  if (const std::string why = acceptor_.unavailable(); !why.empty()) {
    return fault("devvault: " + why + ".");
  }
  const auto token = base64_decode(sent.substr(negotiate.size()));
  const AcceptedTicket ticket =
      token ? acceptor_.accept(federation.keytab, *token) : AcceptedTicket{};
  const User* const user =
      ticket.principal.empty() ? nullptr : user_of_principal(federation, ticket.principal);
  if (user == nullptr) return unauthorized({"Negotiate", "NTLM"});
  const auto asked = read_trust_request(request.body, version);
  Response response;
  if (const auto* const why = std::get_if<std::string>(&asked)) {
    response = fault(*why);
  } else if (std::get<TrustRequest>(asked).audience != federation_audience_urn) {
    response = fault("MSIS3127: The specified request failed: unknown relying party.");
  } else {
    response = issue(federation, version, *user);
  }
  response.headers.emplace_back("WWW-Authenticate", std::string{negotiate} + base64(ticket.reply));
  return response;
}

Response FederationServer::by_password(const Federation& federation, TrustVersion version,
                                       const Request& request) {
  const auto asked = read_trust_request(request.body, version);
  if (const auto* const why = std::get_if<std::string>(&asked)) return fault(*why);
  const auto& trust = std::get<TrustRequest>(asked);
  const auto found = config_.users.find(kvlaunch::to_lower(trust.user));
  if (found == config_.users.end() || found->second.password.empty() ||
      found->second.password != trust.password ||
      !found->first.ends_with("@" + federation.domain)) {
    return fault(not_authenticated);
  }
  if (trust.audience != federation_audience_urn) {
    return fault("MSIS3127: The specified request failed: unknown relying party.");
  }
  return issue(federation, version, found->second);
}

Response FederationServer::issue(const Federation& federation, TrustVersion version,
                                 const User& user) const {
  const std::int64_t now = epoch_seconds(now_());
  const std::string assertion = write_assertion({.version = federation.saml,
                                                 .issuer = issuer_of(federation),
                                                 .audience = std::string{federation_audience_urn},
                                                 .user = user.name,
                                                 .not_before = now,
                                                 .expires = now + assertion_lifetime_s},
                                                "_" + random_guid(), tokens_);
  return soap(200, trust_answer(version, assertion,
                                federation.saml == SamlVersion::v1_1
                                    ? "urn:oasis:names:tc:SAML:1.0:assertion"
                                    : "urn:oasis:names:tc:SAML:2.0:assertion",
                                federation_audience_urn));
}

const User* FederationServer::user_of_principal(const Federation& federation,
                                                const std::string& principal) const {
  for (const auto& [name, user] : config_.users) {
    if (!name.ends_with("@" + federation.domain)) continue;
    const bool same = user.principal.empty() ? kvlaunch::equal_ignoring_case(name, principal)
                                             : user.principal == principal;
    if (same) return &user;
  }
  return nullptr;
}

}  // namespace devvault
