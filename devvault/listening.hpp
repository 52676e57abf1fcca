// Listening sockets, on addresses that the outside world does not reach.
#pragma once

#include <cstdint>
#include <string>

#include "devvault/request_target.hpp"
#include "launcher/base/descriptor.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

// "ADDRESS:PORT" with an IPv6 literal in brackets; the port may be 0: any free one.
kvlaunch::Result<Authority> parse_listen_address(const std::string& text);

// Loopback, private (RFC 1918, RFC 4193), link-local (RFC 3927, RFC 4291) or shared (RFC 6598)
// literals. Anything else is refused, and so is "every address" (0.0.0.0, ::) on a machine that has
// a globally routable one: devvault hands out what looks like secrets to whoever asks.
kvlaunch::Result<void> check_listen_address(const std::string& address);

// Bound, listening, close-on-exec. Port 0: any free one.
kvlaunch::Result<kvlaunch::Descriptor> listen_on(const std::string& address, std::uint16_t port);

std::uint16_t port_of(const kvlaunch::Descriptor& listening);

bool is_loopback_peer(const kvlaunch::Descriptor& connected);

}  // namespace devvault
