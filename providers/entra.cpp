// Asking the token endpoint, and understanding what it says.
#include "providers/entra.hpp"

#include <algorithm>

#include "launcher/base/http_date.hpp"
#include "launcher/base/json.hpp"
#include "launcher/base/retry.hpp"
#include "providers/aadsts.hpp"
#include "providers/printable.hpp"
#include "providers/token_response.hpp"

namespace kvlaunch {
namespace {

constexpr const char* not_entra =
    "the answer is not Entra's: look for a proxy or firewall in the way";

// MSAL.NET: one retry; the Azure SDK pipelines: three, from 0.8 s on. 500 to 511 are all the 5xx
// that proxies and services send.
RetryPolicy entra_retry_policy() {
  RetryPolicy policy;
  policy.max_attempts = 3;
  policy.first_wait = Milliseconds{800};
  policy.longest_wait = Milliseconds{60'000};
  policy.statuses = {429};
  for (int status = 500; status <= 511; ++status) policy.statuses.push_back(status);
  return policy;
}

// percent_encode() would leave a copy of the secret in memory that nobody wipes.
void append_encoded(SecretWriter& body, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      body.append(c);
    } else {
      body.append('%');
      body.append(digits[byte >> 4U]);
      body.append(digits[byte & 0x0FU]);
    }
  }
}

Secret form_body(const std::vector<FormField>& fields) {
  SecretWriter body{4096};
  for (const FormField& field : fields) {
    if (body.size() > 0) body.append('&');
    append_encoded(body, field.name);
    body.append('=');
    append_encoded(body, field.value);
  }
  return body.take();
}

HttpRequest token_request(World& world, const Url& endpoint, const std::vector<FormField>& fields) {
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint;
  request.add_header("Content-Type", "application/x-www-form-urlencoded");
  request.add_header("Accept", "application/json");
  request.add_header("client-request-id", random_uuid(world.randomness));
  request.add_header("return-client-request-id", "true");
  request.body = form_body(fields);
  return request;
}

std::vector<std::string_view> secrets_of(const std::vector<FormField>& fields) {
  std::vector<std::string_view> secrets;
  for (const FormField& field : fields) {
    if (field.sensitivity == Sensitivity::secret) secrets.push_back(field.value);
  }
  return secrets;
}

std::string text_of(const Json& body, std::string_view name,
                    const std::vector<std::string_view>& secrets) {
  const auto member = body.member(name);
  const auto text = member ? member->string() : std::nullopt;
  return text ? first_line(*text, secrets) : std::string{};
}

int aadsts_of(const Json& body, std::string_view description) {
  if (const auto codes = body.member("error_codes")) {
    const auto elements = codes->elements();
    const auto number = elements.empty() ? std::nullopt : elements.front().integer();
    if (number && *number > 0 && *number < 100'000'000) return static_cast<int>(*number);
  }
  return aadsts_code_in(description);
}

bool is_transient(const AadstsRow* row, std::string_view oauth_error, int status) {
  return status == 429 || status >= 500 || oauth_error == "temporarily_unavailable" ||
         (row != nullptr && row->lasting == Lasting::transient);
}

// The error that a JSON body with "error" in it describes.
EntraRefusal read_refusal(const Json& body, int status,
                          const std::vector<std::string_view>& secrets) {
  const std::string oauth_error = text_of(body, "error", secrets);
  const std::string description = text_of(body, "error_description", secrets);
  const std::string correlation = text_of(body, "correlation_id", secrets);
  EntraRefusal refusal;
  refusal.oauth_error = oauth_error;
  refusal.aadsts = aadsts_of(body, description);
  const AadstsRow* const row = find_aadsts(refusal.aadsts);
  Error& error = refusal.error;
  error.code =
      is_transient(row, oauth_error, status) ? Code::identity_temporary : Code::identity_refused;
  error.status = status;
  error.request_id = correlation;
  const std::string number = std::to_string(refusal.aadsts);
  if (row != nullptr) {
    error.message = std::string{row->meaning} + " (AADSTS" + number + ")";
    error.hint = row->hint;
  } else {
    error.message =
        "Entra refused the request: " + (oauth_error.empty() ? "no reason" : oauth_error);
    if (refusal.aadsts != 0) error.message += " (AADSTS" + number + ")";
    error.hint = refusal.aadsts == 0
                     ? "check tenant, client id and credential of the identity"
                     : "https://login.microsoftonline.com/error?code=" + number + " explains it";
  }
  if (!description.empty()) error.notes.push_back("Entra says: " + description);
  if (!correlation.empty()) error.notes.push_back("correlation id: " + correlation);
  if (refusal.aadsts != 0 && row != nullptr) {
    error.notes.push_back("see https://login.microsoftonline.com/error?code=" + number);
  }
  return refusal;
}

// An answer that Entra did not write, or not as it is documented. Its body is not quoted.
Error foreign_answer(const Url& endpoint, int status) {
  Error error{.code = Code::identity_temporary, .status = status};
  error.message = endpoint.authority() + " answered with status " + std::to_string(status);
  if (status == 429 || status >= 500) {
    error.hint = "try again later";
  } else if (status >= 300 && status < 400) {
    error.code = Code::redirect_refused;
    error.hint =
        "a redirect is never followed with a credential: check the authority and the proxy";
  } else if (status == 401 || status == 403) {
    error.code = Code::identity_refused;
    error.hint = not_entra;
  } else {
    error.message += " and no JSON";
    error.hint = not_entra;
  }
  return error;
}

std::optional<EntraRefusal> find_refusal(const Url& endpoint, const HttpResponse& response,
                                         const std::vector<std::string_view>& secrets) {
  const auto body = Json::parse(response.body.reveal());
  if (!body || body->type() != Json::Type::object) {
    return EntraRefusal{foreign_answer(endpoint, response.status), 0, std::nullopt};
  }
  // MSAL: a 200 with "error" in it is an error still.
  if (response.status == 200 && !body->member("error")) return std::nullopt;
  if (!body->member("error")) {
    return EntraRefusal{foreign_answer(endpoint, response.status), 0, std::nullopt};
  }
  auto refusal = read_refusal(*body, response.status, secrets);
  if (const auto date = response.header("Date")) refusal.server_time = http_date(*date);
  return refusal;
}

// About the identity, not about the reference that happened to need it first: said once.
Error failure_of(const Attempted& attempted, const Url& endpoint) {
  Error error = attempted.result.error();
  error.status = attempted.last_status;
  if (error.code == Code::response_too_large || error.code == Code::response_malformed) {
    error.code = Code::identity_temporary;
    if (error.hint.empty()) error.hint = not_entra;
  }
  if (error.hint.empty()) {
    error.hint =
        "check the network path to " + endpoint.authority() + ", its firewall and any proxy";
  }
  return error;
}

void say_what_was_tried(Error& error, const Attempted& attempted) {
  if (attempted.attempts > 1) {
    error.notes.push_back("tried " + std::to_string(attempted.attempts) + " times" +
                          (attempted.last_status == 0
                               ? std::string{}
                               : ", last status " + std::to_string(attempted.last_status)));
  }
  if (attempted.deadline_cut) {
    error.notes.emplace_back("another try was due, but the time had run out");
    error.hint = "try again later, or allow more time with --timeout";
  }
}

}  // namespace

bool is_adfs(std::string_view tenant) {
  return equal_ignoring_case(tenant, "adfs");
}

std::string_view resource_of(std::string_view scope) {
  constexpr std::string_view suffix = "/.default";
  return scope.ends_with(suffix) ? scope.substr(0, scope.size() - suffix.size()) : scope;
}

Url token_endpoint(const Url& authority, std::string_view tenant) {
  Url endpoint = authority;
  endpoint.target =
      is_adfs(tenant) ? "/adfs/oauth2/token" : "/" + std::string{tenant} + "/oauth2/v2.0/token";
  return endpoint;
}

std::variant<Secret, EntraRefusal> ask_login_endpoint(World& world, const Url& endpoint,
                                                      const std::vector<FormField>& fields,
                                                      const Deadline& deadline,
                                                      const TlsTrust& trust) {
  HttpRequest request = token_request(world, endpoint, fields);
  request.trust = trust;
  auto attempted =
      send_with_retry(world.transport, world.clock, world.randomness, world.log, request,
                      entra_retry_policy(), deadline, "token of " + endpoint.authority());
  if (!attempted.result) {
    Error error = failure_of(attempted, endpoint);
    say_what_was_tried(error, attempted);
    return EntraRefusal{std::move(error), 0, std::nullopt};
  }
  if (auto refusal = find_refusal(endpoint, *attempted.result, secrets_of(fields))) {
    say_what_was_tried(refusal->error, attempted);
    return std::move(*refusal);
  }
  return std::move(attempted.result->body);
}

EntraAnswer ask_token_endpoint(World& world, const Url& endpoint,
                               const std::vector<FormField>& fields, const Deadline& deadline,
                               const TlsTrust& trust) {
  auto answer = ask_login_endpoint(world, endpoint, fields, deadline, trust);
  if (auto* const refusal = std::get_if<EntraRefusal>(&answer)) return std::move(*refusal);
  const auto body = Json::parse(std::get<Secret>(answer).reveal());
  auto token = body ? read_token(*body, world.clock.wall()) : Result<AccessToken>{body.error()};
  if (token) return std::move(*token);
  Error error = token.error();
  error.code = Code::identity_temporary;
  error.message = endpoint.authority() + ": " + error.message;
  if (error.hint.empty()) error.hint = not_entra;
  error.status = 200;
  return EntraRefusal{std::move(error), 0, std::nullopt};
}

}  // namespace kvlaunch
