// Managed identity endpoints: addresses, requests, answers.
#include "providers/identity_endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "launcher/base/json.hpp"
#include "providers/printable.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

// Answers are about 2 KiB; a token with many claims stays far below.
constexpr std::size_t largest_answer = 128 * 1024;

constexpr const char* foreign_hint =
    "something else answers at this address: check its network path";

// RFC 1122 3.2.1.3, RFC 1918, RFC 3927.
bool is_local_v4(std::uint32_t address) {
  return address >> 24U == 127 || address >> 24U == 10 || address >> 20U == 0xAC1 ||
         address >> 16U == 0xC0A8 || address >> 16U == 0xA9FE;
}

// RFC 4291 2.5.3, 2.5.5.2 and 2.5.6; RFC 4193.
bool is_local_v6(const in6_addr& address) {
  const auto* const bytes = address.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    std::uint32_t v4 = 0;
    std::memcpy(&v4, bytes + 12, sizeof v4);
    return is_local_v4(ntohl(v4));
  }
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_LINKLOCAL(&address) ||
         (bytes[0] & 0xFEU) == 0xFC;
}

bool is_local_host(const std::string& host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_local_v4(ntohl(v4.s_addr));
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && is_local_v6(v6);
}

std::string member_text(const Json& body, std::string_view name) {
  const auto member = body.member(name);
  const auto text = member ? member->string() : std::nullopt;
  return text ? first_line(*text) : std::string{};
}

std::optional<Json> object_in(const Json& body, std::string_view name) {
  const auto member = body.member(name);
  return member && member->type() == Json::Type::object ? member : std::nullopt;
}

bool may_pass(int status) {
  constexpr std::array<int, 4> passing{404, 408, 410, 429};
  return status >= 500 || std::find(passing.begin(), passing.end(), status) != passing.end();
}

void add_tries(Error& error, const Attempted& attempted) {
  if (attempted.attempts > 1) {
    error.notes.push_back("tried " + std::to_string(attempted.attempts) + " times");
  }
  if (attempted.deadline_cut) {
    error.notes.emplace_back("another try was due, but the time had run out");
    error.hint = "the wait was cut short: try again later, or allow more time with --timeout";
  }
}

}  // namespace

std::string describe(const IdentitySelector& selector) {
  switch (selector.kind) {
    case IdentitySelector::Kind::system_assigned:
      return "the system-assigned identity";
    case IdentitySelector::Kind::client_id:
      return "the identity with client id " + first_line(selector.value);
    case IdentitySelector::Kind::object_id:
      return "the identity with object id " + first_line(selector.value);
    case IdentitySelector::Kind::resource_id:
      return "the identity with resource id " + first_line(selector.value);
  }
  return {};
}

RetryPolicy identity_retry_policy() {
  RetryPolicy policy;
  policy.max_attempts = 4;
  policy.first_wait = policy.longest_wait = Milliseconds{1000};
  policy.jitter_low = policy.jitter_high = 1.0;
  policy.statuses = {404, 408, 429, 500, 502, 503, 504};
  return policy;
}

std::optional<FormFields> selection(const IdentitySelector& selector,
                                    const SelectorParameters& parameters) {
  std::string_view name;
  switch (selector.kind) {
    case IdentitySelector::Kind::system_assigned:
      return FormFields{};
    case IdentitySelector::Kind::client_id:
      name = parameters.client_id;
      break;
    case IdentitySelector::Kind::object_id:
      name = parameters.object_id;
      break;
    case IdentitySelector::Kind::resource_id:
      name = parameters.resource_id;
      break;
  }
  if (name.empty()) return std::nullopt;
  return FormFields{{std::string{name}, selector.value}};
}

Outcome cannot_select(Usage usage, const std::string& who, const SelectorParameters& parameters) {
  std::string known;
  for (const auto& [parameter, words] :
       {std::pair{parameters.client_id, "client id"}, std::pair{parameters.object_id, "object id"},
        std::pair{parameters.resource_id, "resource id"}}) {
    if (!parameter.empty()) known += (known.empty() ? "" : " or ") + std::string{words};
  }
  if (known.empty()) {
    return not_configured(usage, who + " knows one identity only, which has no id",
                          "leave client-id, object-id and resource-id out (and AZURE_CLIENT_ID)");
  }
  return not_configured(usage, who + " knows identities by " + known + " only",
                        "name the identity by its " + known);
}

Result<Url> parse_identity_endpoint(std::string_view text, std::string_view variable) {
  auto url = parse_url(text);
  if (!url) {
    return Error{.code = Code::identity_configuration,
                 .message = std::string{variable} + ": " + url.error().message,
                 .hint = "the platform sets this variable: leave it as it was"};
  }
  if (url->scheme == "https" || is_local_host(url->host)) return url;
  return Error{.code = Code::identity_configuration,
               .message = std::string{variable} + " names " + url->authority() +
                          " over plain http, which is allowed to local addresses only",
               .hint = "use https, localhost, or a loopback, link-local or private address"};
}

Url with_query(Url url, const FormFields& parameters) {
  url.target += url.target.find('?') == std::string::npos ? '?' : '&';
  url.target += form_encode(parameters);
  return url;
}

HttpRequest identity_request(Url url) {
  HttpRequest request;
  request.url = std::move(url);
  request.proxy = ProxyUse::never;
  request.max_body_bytes = largest_answer;
  return request;
}

Result<AccessToken> read_identity_token(const HttpResponse& response, const std::string& who,
                                        WallTime now) {
  const auto body = Json::parse(response.body.reveal());
  if (!body) {
    return Error{.code = Code::response_malformed,
                 .message = who + " answered with something that is not JSON",
                 .hint = foreign_hint,
                 .status = response.status};
  }
  auto token = read_token(*body, now);
  if (!token) {
    Error error = token.error();
    error.message = who + ": " + error.message;
    return error;
  }
  refresh_at_half_life(*token, now);
  return token;
}

Outcome outcome_of(Result<AccessToken> token) {
  if (token) return std::move(*token);
  return Failed{token.error()};
}

std::string refusal_text(const HttpResponse& response) {
  const auto body = Json::parse(response.body.reveal());
  if (!body) return {};
  const auto inner = object_in(*body, "error");
  std::string text = inner ? member_text(*inner, "code") : member_text(*body, "error");
  for (const std::string_view name : {"error_description", "message"}) {
    const std::string more = member_text(inner ? *inner : *body, name);
    if (!more.empty()) text += (text.empty() ? "" : ": ") + more;
  }
  return text;
}

std::string refusal_code(const HttpResponse& response) {
  const auto body = Json::parse(response.body.reveal());
  if (!body) return {};
  const auto inner = object_in(*body, "error");
  return inner ? member_text(*inner, "code") : member_text(*body, "error");
}

Error identity_refusal(const Attempted& attempted, const std::string& who) {
  const HttpResponse& response = *attempted.result;
  const int status = response.status;
  Error error{.code = Code::identity_refused, .status = status};
  error.message = who + " answered with status " + std::to_string(status);
  if (may_pass(status)) {
    error.code = Code::identity_temporary;
    error.hint = "try again later";
  } else if (status >= 300 && status < 400) {
    error.code = Code::redirect_refused;
    error.hint = foreign_hint;
  } else if (status == 401 || status == 403) {
    error.hint =
        "check that a managed identity is assigned here, and that no firewall or network policy "
        "stands before its endpoint";
  }
  if (const auto text = refusal_text(response); !text.empty()) {
    error.notes.push_back("it says: " + text);
  }
  add_tries(error, attempted);
  return error;
}

Error identity_unreachable(const Attempted& attempted, std::string_view hint) {
  Error error = attempted.result.error();
  if (error.code == Code::response_too_large || error.code == Code::response_malformed) {
    error.hint = foreign_hint;
  } else if (error.hint.empty() || error.code == Code::connect_failure) {
    error.hint = hint;
  }
  add_tries(error, attempted);
  return error;
}

}  // namespace kvlaunch
