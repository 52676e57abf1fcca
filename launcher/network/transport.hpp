// HTTP over the network of this machine: the real Transport.
//
// Poco parses responses, OpenSSL is used directly, and connecting, deadlines and the pool are our
// own: Poco's sessions and sockets bound neither a look-up nor a handshake by a deadline, try one
// address after the other, do not set close-on-exec, and write to a closed peer with SIGPIPE.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/http.hpp"
#include "launcher/base/log.hpp"

namespace kvlaunch {

namespace network {
class AddressSource;
struct TrustPlaces;
}  // namespace network

struct TransportSettings {
  // Read during construction only: SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY, NO_PROXY and the
  // lower-case forms of the latter two.
  const Environment& environment;
  std::string ca_file;  // authorities beside the system's; empty: none
};

// Never fails: what is wrong with the settings becomes the error of the requests it concerns.
// `clock` runs with the machine's steady clock (waits are the kernel's); `clock` and `log` outlive
// the transport, and `log` is used from several threads.
//
// It makes worker threads of its own, so it is constructed after any fork. They block all signals.
// Its destructor ends them without waiting for the network; a look-up in getaddrinfo that cannot
// be interrupted is left behind in a thread that touches nothing of ours. No send() may be running.
std::unique_ptr<Transport> make_transport(const TransportSettings& settings, Clock& clock,
                                          Log& log);

// What of the settings would fail every request to one of `origins`: the proxy's variable, a file
// of authorities that cannot be used. Reads these files and makes no connection; ends by
// `deadline`.
Errors problems_with_transport(const TransportSettings& settings, const std::vector<Url>& origins,
                               const Clock& clock, const Deadline& deadline);

// make_transport() with another source of addresses and other places for authorities: for the tests
// of this folder, which must not depend on the machine they run on.
std::unique_ptr<Transport> make_transport(const TransportSettings& settings, Clock& clock, Log& log,
                                          std::shared_ptr<network::AddressSource> addresses,
                                          const network::TrustPlaces& places);

}  // namespace kvlaunch
