// The steps of opening a connection, and what becomes of their errors.
#include "launcher/network/dialer.hpp"

#include "launcher/network/connect.hpp"
#include "launcher/network/tunnel.hpp"

namespace kvlaunch::network {

std::string Route::key() const {
  std::string key = origin.origin();
  if (proxy != nullptr) key += " through " + proxy->url.origin();
  if (trust == TlsTrust{}) return key;
  // Each with its length, so that no two trusts make the same key.
  for (const auto* part : {&trust.server_name, &trust.leaf_sha1, &trust.authorities}) {
    key += '\0' + std::to_string(part->size()) + '\0' + *part;
  }
  return key;
}

Result<std::unique_ptr<Connection>> Dialer::dial(const Route& route, Milliseconds connect_timeout,
                                                 const Patience& patience) {
  const auto& first = route.proxy == nullptr ? route.origin : route.proxy->url;
  // Outside the connect timeout: a slow name server is no reason to give up an address.
  const auto addresses = lookup_.find(first.host, patience);
  if (!addresses) return addresses.errors();

  const Patience limited{patience.clock, patience.deadline.sooner(patience.clock, connect_timeout),
                         patience.stop};
  const auto peer = route.proxy == nullptr ? first.authority() : route.proxy->name();
  auto connected = connect_to_any(peer, *addresses, first.port, limited);
  if (!connected) lookup_.forget(first.host);
  auto connection = !connected ? Result<std::unique_ptr<Connection>>{std::move(connected).errors()}
                               : establish(route, std::move(*connected), limited);
  if (!connection && connection.error().code == Code::deadline && !patience.ended()) {
    auto error = connection.error();
    error.code = Code::connect_failure;
    error.message = "no connection to " + route.origin.authority() + " within " +
                    std::to_string(connect_timeout.count()) + " ms: " + error.message;
    error.hint = "check that the network allows it (firewall, route, private endpoint, proxy)";
    return error;
  }
  if (connection) note(route, **connection);
  return connection;
}

Result<std::unique_ptr<Connection>> Dialer::establish(const Route& route, Connected connected,
                                                      const Patience& patience) {
  const auto host = route.origin.authority();
  const auto* proxy = route.proxy;
  auto connection = std::make_unique<Connection>(std::move(connected),
                                                 proxy == nullptr ? host : proxy->name(), bio_);
  connection->bind(patience);
  if (proxy != nullptr) {
    if (proxy->url.scheme == "https") {
      auto secured = connection->start_tls(tls_, proxy->url.host, proxy->name(), TlsTrust{});
      if (!secured) return std::move(secured).errors();
    }
    auto tunnel = open_tunnel(*connection, *proxy, route.origin);
    if (!tunnel) return std::move(tunnel).errors();
  }
  if (route.origin.scheme == "https") {
    const auto& name = route.trust.server_name;
    auto secured =
        connection->start_tls(tls_, name.empty() ? route.origin.host : name, host, route.trust);
    if (!secured) return std::move(secured).errors();
  }
  return connection;
}

void Dialer::note(const Route& route, const Connection& connection) {
  std::string text = "connected to " + route.origin.authority();
  if (route.proxy != nullptr) text += " through " + route.proxy->name();
  const bool six = connection.address().family() == AF_INET6;
  text += " at " + connection.address().text() + (six ? ", IPv6" : ", IPv4");
  if (const auto version = connection.tls_version(); !version.empty()) text += ", " + version;
  {
    const std::lock_guard lock{mutex_};
    if (!noted_.insert(text).second) return;
  }
  log_.note(text);
}

}  // namespace kvlaunch::network
