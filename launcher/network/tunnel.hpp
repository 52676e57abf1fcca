// A tunnel through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6).
#pragma once

#include "launcher/network/connection.hpp"
#include "launcher/network/proxy.hpp"

namespace kvlaunch::network {

// `connection` leads to the proxy; afterwards it leads to the host and port of `target`.
// Errors: Code::proxy_refused (407, other 4xx, 3xx), proxy_failure (5xx, no usable answer, closed),
// deadline.
Result<void> open_tunnel(Connection& connection, const Proxy& proxy, const Url& target);

}  // namespace kvlaunch::network
