// When to ask again and how long to wait before: one policy for vaults and token endpoints, each
// with numbers of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launcher/base/http.hpp"
#include "launcher/base/log.hpp"
#include "launcher/base/randomness.hpp"

namespace kvlaunch {

struct RetryPolicy {
  std::optional<int> max_attempts = 6;  // absent: the deadline alone ends it
  Milliseconds first_wait{800};
  Milliseconds longest_wait{16'000};  // a Retry-After may ask for more
  Milliseconds shortest_wait{0};      // though a Retry-After ask for less
  double jitter_low = 0.8;            // each wait is multiplied by a number from this range
  double jitter_high = 1.3;
  std::vector<int> statuses{408, 429, 500, 502, 503, 504};  // asked again
  bool retry_transport_errors = true;  // those whose Code exits with 75, but Code::deadline
};

// How a request ended, with what a report needs when it ended badly.
struct Attempted {
  Result<HttpResponse> result;  // of the last attempt
  int attempts = 0;
  bool deadline_cut = false;  // another attempt was due but would not have fitted
  int last_status = 0;        // of the last response that began, 0 if none
};

// Sends until there is an answer that `policy` does not retry. A wait that would end after
// `deadline` is not begun. Each wait is one line in the verbose log, with `what` as its subject.
Attempted send_with_retry(Transport& transport, Clock& clock, Randomness& randomness, Log& log,
                          const HttpRequest& request, const RetryPolicy& policy,
                          const Deadline& deadline, const std::string& what);

// The three spellings: Retry-After in seconds or as an HTTP date (RFC 9110 10.2.3; measured
// against `now`), retry-after-ms and x-ms-retry-after-ms. Never negative; nothing if absent or
// malformed.
std::optional<Milliseconds> retry_after(const HttpResponse& response, WallTime now);

}  // namespace kvlaunch
