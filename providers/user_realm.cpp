// GET /common/UserRealm/USER, and what its answer says.
#include "providers/user_realm.hpp"

#include "launcher/base/json.hpp"
#include "launcher/base/retry.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

// The whole answer of the real service is below 1 KiB.
constexpr std::size_t largest_answer = std::size_t{64} * 1024;
// What public tenants are asked for when the answer leaves it out (MSAL.NET
// IntegratedWindowsAuthRequest.cs); each cloud names its own.
constexpr std::string_view default_audience = "urn:federation:MicrosoftOnline";
constexpr std::string_view microsoft_account_domain = "live.com";

std::string member_text(const Json& body, std::string_view name) {
  const auto member = body.member(name);
  const auto text = member ? member->string() : std::nullopt;
  return text.value_or("");
}

Error unusable(const Url& authority, const std::string& what) {
  return Error{.code = Code::response_malformed,
               .message = "realm discovery at " + authority.authority() + " answered " + what,
               .hint = "the answer is not Entra's: look for a proxy or firewall in the way"};
}

Error refused_status(const Url& authority, int status) {
  Error error = unusable(authority, "with status " + std::to_string(status));
  error.status = status;
  if (status == 429 || status >= 500) {
    error.code = Code::identity_temporary;
    error.hint = "try again later";
  } else if (status >= 300 && status < 400) {
    error.code = Code::redirect_refused;
    error.hint = "a redirect is never followed: check the authority and the proxy";
  }
  return error;
}

Error microsoft_account() {
  return Error{.code = Code::identity_refused,
               .message =
                   "the user has a Microsoft account (live.com), which belongs to no "
                   "organisation",
               .hint = "use az login, or an account of the tenant"};
}

Error unknown_realm(std::string_view user) {
  const auto at = user.rfind('@');
  const std::string domain =
      at == std::string_view::npos ? "(none)" : first_line(user.substr(at + 1));
  return Error{.code = Code::identity_refused,
               .message = "no tenant has the domain " + domain,
               .hint =
                   "where the Kerberos realm is not the domain of the user name in Entra, set "
                   "AZURE_USERNAME to the user name in Entra (user@domain)"};
}

Result<UserRealm> read_federation(const Json& body, const Url& authority, UserRealm realm) {
  const std::string protocol = member_text(body, "federation_protocol");
  if (!protocol.empty() && !equal_ignoring_case(protocol, "WSTrust")) {
    return Error{.code = Code::identity_configuration,
                 .message = "the domain " + realm.domain + " is federated by " +
                            first_line(protocol) + ", which has no WS-Trust",
                 .hint =
                     "only AD FS and its like take tickets and passwords without a browser: use "
                     "az login or a workload identity"};
  }
  const std::string metadata = member_text(body, "federation_metadata_url");
  if (metadata.empty()) {
    return Error{.code = Code::identity_configuration,
                 .message = "Entra knows no WS-Trust metadata of the domain " + realm.domain,
                 .hint =
                     "an administrator sets MexUri of the domain's federation; else use az "
                     "login or a workload identity"};
  }
  auto url = parse_url(metadata);
  if (!url || url->scheme != "https") {
    return unusable(authority, "with a metadata address that is no https URL");
  }
  realm.metadata = std::move(*url);
  realm.audience = member_text(body, "cloud_audience_urn");
  if (realm.audience.empty()) realm.audience = default_audience;
  return realm;
}

Result<UserRealm> read_realm(const HttpResponse& response, const Url& authority,
                             std::string_view user) {
  if (response.status != 200) return refused_status(authority, response.status);
  const auto body = Json::parse(response.body.reveal());
  if (!body || body->type() != Json::Type::object) return unusable(authority, "without JSON");
  UserRealm realm;
  const std::string domain = member_text(*body, "domain_name");
  if (equal_ignoring_case(domain, microsoft_account_domain)) return microsoft_account();
  realm.domain = first_line(domain);
  const std::string kind = member_text(*body, "account_type");
  if (equal_ignoring_case(kind, "Managed")) return realm;
  if (equal_ignoring_case(kind, "Unknown")) return unknown_realm(user);
  if (!equal_ignoring_case(kind, "Federated")) return unusable(authority, "without account_type");
  realm.kind = UserRealm::Kind::federated;
  return read_federation(*body, authority, std::move(realm));
}

}  // namespace

Result<UserRealm> ask_user_realm(World& world, const Url& authority, std::string_view user,
                                 const Deadline& deadline) {
  HttpRequest request;
  request.url = authority;
  request.url.target = "/common/UserRealm/" + percent_encode(user) + "?api-version=1.0";
  request.max_body_bytes = largest_answer;
  request.add_header("Accept", "application/json");
  request.add_header("client-request-id", random_uuid(world.randomness));
  RetryPolicy policy;
  policy.max_attempts = 3;
  const auto attempted =
      send_with_retry(world.transport, world.clock, world.randomness, world.log, request, policy,
                      deadline, "realm discovery at " + authority.authority());
  if (!attempted.result) return attempted.result.errors();
  return read_realm(*attempted.result, authority, user);
}

}  // namespace kvlaunch
