// Asking for a job's token.
#include "providers/ci_token.hpp"

#include "launcher/base/json.hpp"
#include "launcher/base/retry.hpp"
#include "providers/printable.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t largest_answer = 64 * 1024;

RetryPolicy ci_retry_policy() {
  RetryPolicy policy;
  policy.max_attempts = 3;
  policy.statuses = {408, 429};
  for (int status = 500; status <= 511; ++status) policy.statuses.push_back(status);
  return policy;
}

Error refusal(const CiTokenQuestion& question, const HttpResponse& response) {
  const int status = response.status;
  Error error{.code = Code::identity_refused, .status = status};
  error.message = std::string{question.who} + " gives no token for this job (status " +
                  std::to_string(status) + ")";
  error.hint = question.refusal;
  if (status == 408 || status == 429 || status >= 500) {
    error.code = Code::identity_temporary;
    error.hint = "try again later";
  }
  for (const std::string_view name : question.shown_headers) {
    if (const auto value = response.header(name)) {
      error.notes.push_back(std::string{name} + ": " + first_line(*value));
    }
  }
  return error;
}

}  // namespace

Result<Url> parse_ci_endpoint(std::string_view text, std::string_view variable) {
  auto url = parse_url(text);
  if (url && url->scheme == "https") return url;
  return Error{.code = Code::identity_configuration,
               .message = std::string{variable} + ": " +
                          (url ? "only https is allowed" : url.error().message),
               .hint = "the CI system sets this variable: leave it as it was"};
}

Result<Secret> ask_for_ci_token(const CiTokenQuestion& question, World& world,
                                const Deadline& deadline) {
  HttpRequest request = question.request.clone();
  request.max_body_bytes = largest_answer;
  request.add_header("Accept", "application/json");
  const std::string who{question.who};
  const auto attempted = send_with_retry(world.transport, world.clock, world.randomness, world.log,
                                         request, ci_retry_policy(), deadline, "token of " + who);
  Error error;
  if (!attempted.result) {
    error = attempted.result.error();
  } else if (attempted.result->status != 200) {
    error = refusal(question, *attempted.result);
  } else {
    const auto body = Json::parse(attempted.result->body.reveal());
    const auto member = body ? body->member(question.member) : std::nullopt;
    auto token = member ? member->secret() : std::nullopt;
    if (token && !token->empty()) return std::move(*token);
    return Error{.code = Code::response_malformed,
                 .message = who + " answered without a token",
                 .hint = "something else answers at this address: look for a proxy in the way"};
  }
  if (attempted.attempts > 1) {
    error.notes.push_back("tried " + std::to_string(attempted.attempts) + " times");
  }
  if (attempted.deadline_cut) {
    error.notes.emplace_back("another try was due, but the time had run out");
    error.hint = "try again later, or allow more time with --timeout";
  }
  return error;
}

}  // namespace kvlaunch
