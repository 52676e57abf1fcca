// The token in an Authorization header.
#pragma once

#include <optional>
#include <string>

#include "devvault/exchange.hpp"

namespace devvault {

// The token of "Bearer TOKEN" (RFC 6750 section 2.1); nothing without header or for other schemes.
std::optional<std::string> bearer_token(const Request& request);

}  // namespace devvault
