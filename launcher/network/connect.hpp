// TCP connections to whichever address of a host answers first (RFC 8305, happy eyeballs).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "launcher/base/descriptor.hpp"
#include "launcher/base/result.hpp"
#include "launcher/network/address.hpp"
#include "launcher/network/patience.hpp"

namespace kvlaunch::network {

struct Connected {
  Descriptor socket;  // non-blocking, close-on-exec, TCP_NODELAY
  Address address;
};

// Tries `addresses` in their order: the next one 250 ms after the one before (RFC 8305 section 5,
// Connection Attempt Delay) or as soon as one fails, all earlier ones still running; the first that
// connects wins. So a route that swallows packets costs a quarter of a second and no more.
// `peer` names the other side in messages. `addresses` is not empty.
// Errors: Code::connect_failure with one note per address; Code::deadline.
Result<Connected> connect_to_any(const std::string& peer, const std::vector<Address>& addresses,
                                 std::uint16_t port, const Patience& patience);

}  // namespace kvlaunch::network
