// Each step of the way to an origin by itself, for looking at: what the transport does in one go.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "launcher/base/log.hpp"
#include "launcher/network/address_lookup.hpp"
#include "launcher/network/proxy.hpp"
#include "launcher/network/tls_facts.hpp"
#include "launcher/network/transport.hpp"
#include "launcher/network/trust_sources.hpp"

namespace kvlaunch::network {

struct RouteSeen {
  Url first;          // what is connected to: the proxy, else the origin
  std::string proxy;  // "proxy.example:3128"; empty: none
  ProxyRules::Reason reason;
};

struct ConnectSeen {
  std::string address;  // with port
  std::string local;    // the address of this end; empty where it failed
  std::optional<Error> failure;
  Milliseconds took{0};
};

// Takes the same settings as the transport and goes the same way, with no memory of its own: an
// answer is what a start would meet now. Used by one thread.
class PathProbe {
 public:
  virtual ~PathProbe() = default;

  // Error: Code::proxy_configuration.
  virtual Result<RouteSeen> route(const Url& origin) = 0;
  // Errors: Code::dns_not_found, dns_failure, deadline.
  virtual Result<NameAnswer> look_up(const std::string& host, const Deadline& deadline) = 0;
  // Every address, side by side, at most 5 s each; in the order given.
  virtual std::vector<ConnectSeen> connect(const std::vector<Address>& addresses,
                                           std::uint16_t port, const Deadline& deadline) = 0;
  // All the way: proxy, tunnel, TLS. Errors: those of Transport::send.
  virtual Result<TlsFacts> secure(const Url& origin, const Deadline& deadline) = 0;
  // Where certificate authorities are read from: "/etc/ssl/certs".
  [[nodiscard]] virtual std::string authorities() const = 0;
};

using NameQuestion = std::function<Result<NameAnswer>(const std::string& host)>;

// Lifetimes as for make_transport(). `ask` may block for long and is then left behind in a thread
// of its own.
std::unique_ptr<PathProbe> make_path_probe(const TransportSettings& settings, Clock& clock,
                                           Log& log, NameQuestion ask = ask_system_for,
                                           const TrustPlaces& places = system_trust_places());

}  // namespace kvlaunch::network
