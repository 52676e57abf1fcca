// From the head of a request to what it asks, and of whom: the four forms of a target
// (RFC 9112 section 3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "devvault/exchange.hpp"
#include "devvault/http_reader.hpp"

namespace devvault {

struct Authority {
  std::string host;  // lower case, an IPv6 literal without brackets, no trailing root dot
  std::uint16_t port = 0;
};

// "host", "host:port", "[::1]:port". Nothing if it is none of these.
std::optional<Authority> parse_authority(std::string_view text, std::uint16_t usual_port);

enum class TargetForm { origin, absolute, authority, asterisk };
TargetForm form_of(const RequestHead& head);

// An origin-form request as received over `scheme`; nothing if its Host header is missing or no
// host (RFC 9112 section 3.2 wants a 400), or its query is badly encoded. The body stays empty.
std::optional<Request> origin_request(const RequestHead& head, std::string_view scheme);
// An absolute-form one: host and scheme are the target's, whatever Host says (section 3.2.2).
std::optional<Request> absolute_request(const RequestHead& head);

}  // namespace devvault
