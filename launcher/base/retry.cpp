// Asking again: which answers, how long to wait, and never past the deadline.
#include "launcher/base/retry.hpp"

#include <algorithm>
#include <charconv>

#include "launcher/base/http_date.hpp"

namespace kvlaunch {
namespace {

// Longer than any start may last; keeps hostile numbers from overflowing durations.
constexpr std::int64_t longest_header_ms = 24LL * 60 * 60 * 1000;

std::optional<std::int64_t> digits_only(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (stop != end || text.empty() || text.front() == '-') return std::nullopt;
  if (problem == std::errc::result_out_of_range) return longest_header_ms;
  return problem == std::errc{} ? std::optional{number} : std::nullopt;
}

bool contains(const std::vector<int>& statuses, int status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

bool is_retried(const Result<HttpResponse>& result, const RetryPolicy& policy) {
  if (result.ok()) return contains(policy.statuses, result->status);
  const Code code = result.error().code;
  return policy.retry_transport_errors && code != Code::deadline &&
         exit_class_of(code) == ExitClass::temporary;
}

Milliseconds back_off(const RetryPolicy& policy, int attempts, Randomness& randomness) {
  Milliseconds wait = policy.first_wait;
  for (int i = 1; i < attempts && wait < policy.longest_wait; ++i) wait *= 2;
  wait = std::min(wait, policy.longest_wait);
  const double factor = random_between(randomness, policy.jitter_low, policy.jitter_high);
  return Milliseconds{static_cast<Milliseconds::rep>(static_cast<double>(wait.count()) * factor)};
}

// What the service asked for is kept to the letter; "0" is no licence to hammer it.
Milliseconds wait_before_next(const Attempted& so_far, const RetryPolicy& policy,
                              Randomness& randomness, WallTime now) {
  if (so_far.result.ok()) {
    const auto asked = retry_after(*so_far.result, now);
    if (asked && *asked > Milliseconds{0}) return std::max(*asked, policy.shortest_wait);
  }
  return back_off(policy, so_far.attempts, randomness);
}

std::string retry_line(const std::string& what, const Attempted& so_far, const RetryPolicy& policy,
                       Milliseconds wait) {
  const std::string why = so_far.result.ok() ? "status " + std::to_string(so_far.result->status)
                                             : std::string{name_of(so_far.result.error().code)};
  const std::string of_how_many =
      policy.max_attempts ? " of " + std::to_string(*policy.max_attempts) : "";
  return what + ": " + why + ", asking again in " + std::to_string(wait.count()) + " ms (attempt " +
         std::to_string(so_far.attempts + 1) + of_how_many + ")";
}

}  // namespace

Attempted send_with_retry(Transport& transport, Clock& clock, Randomness& randomness, Log& log,
                          const HttpRequest& request, const RetryPolicy& policy,
                          const Deadline& deadline, const std::string& what) {
  int last_status = 0;
  for (int attempts = 1;; ++attempts) {
    Attempted now{.result = transport.send(request, deadline), .attempts = attempts};
    const int status = now.result.ok() ? now.result->status : now.result.error().status;
    if (status != 0) last_status = status;
    now.last_status = last_status;
    const bool is_last = policy.max_attempts && attempts >= *policy.max_attempts;
    if (!is_retried(now.result, policy) || is_last) return now;
    const Milliseconds wait = wait_before_next(now, policy, randomness, clock.wall());
    if (wait >= deadline.remaining(clock)) {
      now.deadline_cut = true;
      return now;
    }
    log.note(retry_line(what, now, policy, wait));
    clock.sleep_until(clock.steady() + wait);
  }
}

std::optional<Milliseconds> retry_after(const HttpResponse& response, WallTime now) {
  // The Azure spellings first: they are finer (azcore shared.RetryAfter asks in this order).
  for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    const auto text = response.header(name);
    const auto number = text ? digits_only(*text) : std::nullopt;
    if (number) return Milliseconds{std::min(*number, longest_header_ms)};
  }
  const auto text = response.header("Retry-After");
  if (!text) return std::nullopt;
  if (const auto seconds = digits_only(*text)) {
    return Milliseconds{std::min(*seconds, longest_header_ms / 1000) * 1000};
  }
  const auto date = http_date(*text);
  if (!date) return std::nullopt;
  const auto wait = *date - std::chrono::floor<std::chrono::seconds>(now);
  return std::clamp<Milliseconds>(wait, Milliseconds{0}, Milliseconds{longest_header_ms});
}

}  // namespace kvlaunch
