// Opening a connection to an origin: address, TCP, proxy, tunnel, TLS, each in its turn.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "launcher/base/http.hpp"
#include "launcher/base/log.hpp"
#include "launcher/network/address_lookup.hpp"
#include "launcher/network/connection.hpp"
#include "launcher/network/proxy.hpp"
#include "launcher/network/tls_context.hpp"

namespace kvlaunch::network {

// Where a request goes and through what.
struct Route {
  Url origin;                    // its target means nothing
  const Proxy* proxy = nullptr;  // owned by the ProxyRules
  TlsTrust trust{};              // of the origin; a proxy is verified as every host is

  // Connections with the same key can serve each other's requests: same place, same way, same
  // trust.
  [[nodiscard]] std::string key() const;
};

// Thread-safe.
class Dialer {
 public:
  Dialer(AddressLookup& lookup, TlsContext& tls, Log& log)
      : lookup_(lookup), tls_(tls), log_(log) {}

  // TCP, tunnel and TLS together may take `connect_timeout`: when that is what ran out, the error
  // is Code::connect_failure, and Code::deadline only when `patience` itself did.
  Result<std::unique_ptr<Connection>> dial(const Route& route, Milliseconds connect_timeout,
                                           const Patience& patience);

 private:
  Result<std::unique_ptr<Connection>> establish(const Route& route, Connected connected,
                                                const Patience& patience);
  void note(const Route& route, const Connection& connection);

  AddressLookup& lookup_;
  TlsContext& tls_;
  Log& log_;
  const SocketBio bio_;
  std::mutex mutex_;
  std::set<std::string> noted_;  // what the log has said already; guarded by mutex_
};

}  // namespace kvlaunch::network
