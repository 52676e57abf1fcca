// What a fault rule answers, in the shape of the service that was asked.
#pragma once

#include <optional>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/response_writer.hpp"

namespace devvault {

// The rule's own answer; nothing if it only changes how the service's answer arrives.
// A Key Vault host refuses as Key Vault does, https elsewhere as Entra, http as the managed
// identity endpoints. A 401 of a vault carries its challenge, with what the rule says in place of
// the right authority and resource.
std::optional<Response> fault_response(const FaultRule& rule, const Request& request,
                                       const Config& config, WallTime now);

// Adds the rule's Retry-After headers, to either kind of answer.
void add_retry_headers(const FaultRule& rule, Response& response);

Manner manner_of(const FaultRule& rule);

}  // namespace devvault
