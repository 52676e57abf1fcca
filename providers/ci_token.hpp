// A CI system's own token for the running job, which Entra takes as a federated assertion. How it
// is asked for is each system's; what its answers mean is here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/context.hpp"

namespace kvlaunch {

struct CiTokenQuestion {
  HttpRequest request;
  std::string_view who;                         // "GitHub": who is asked
  std::string_view member;                      // of the answer, that holds the token
  std::string_view refusal;                     // the hint for 401, 403 and redirects
  std::vector<std::string_view> shown_headers;  // of a refusal: ids that support can look up
};

// https only: the request carries the job's token. `variable` named the URL.
Result<Url> parse_ci_endpoint(std::string_view text, std::string_view variable);

// Three tries on transport errors, 429 and 5xx. The answers' bodies are never quoted. Errors:
// Code::identity_refused, Code::identity_temporary, Code::response_malformed and the network's.
Result<Secret> ask_for_ci_token(const CiTokenQuestion& question, World& world,
                                const Deadline& deadline);

}  // namespace kvlaunch
