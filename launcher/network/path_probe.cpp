// The transport's parts, one after the other.
#include "launcher/network/path_probe.hpp"

#include <map>
#include <mutex>

#include "launcher/base/thread.hpp"
#include "launcher/network/connect.hpp"
#include "launcher/network/dialer.hpp"

namespace kvlaunch::network {
namespace {

constexpr Milliseconds connect_limit{5000};
constexpr Milliseconds handshake_limit{10'000};

// Keeps the canonical names that AddressLookup has no use for. Shared with abandoned look-ups.
class NamingSource final : public AddressSource {
 public:
  explicit NamingSource(NameQuestion ask) : ask_(std::move(ask)) {}

  Result<std::vector<Address>> look_up(const std::string& host) override {
    auto answer = ask_(host);
    if (!answer) return std::move(answer).errors();
    const std::lock_guard lock{mutex_};
    canonical_[host] = answer->canonical_name;
    return std::move(answer->addresses);
  }
  [[nodiscard]] std::string canonical_name(const std::string& host) const {
    const std::lock_guard lock{mutex_};
    const auto found = canonical_.find(host);
    return found == canonical_.end() ? host : found->second;
  }

 private:
  NameQuestion ask_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> canonical_;
};

std::string local_address(const Descriptor& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* data = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(socket.get(), data, &size) != 0) return {};
  const auto address = Address::from(data, size);
  return address ? address->text() : std::string{};
}

class SystemPathProbe final : public PathProbe {
 public:
  SystemPathProbe(const TransportSettings& settings, Clock& clock, Log& log, NameQuestion ask,
                  const TrustPlaces& places)
      : clock_(clock),
        proxies_(settings.environment),
        names_(std::make_shared<NamingSource>(std::move(ask))),
        lookup_(names_),
        trust_(find_trust_sources(settings.environment, settings.ca_file, places), stop_),
        tls_(trust_),
        dialer_(lookup_, tls_, log) {}

  ~SystemPathProbe() override {
    stop_.raise();
    lookup_.wake_all();
    trust_.wake_all();
  }
  SystemPathProbe(const SystemPathProbe&) = delete;
  SystemPathProbe& operator=(const SystemPathProbe&) = delete;

  Result<RouteSeen> route(const Url& origin) override {
    const auto proxy = proxies_.proxy_for(origin, ProxyUse::from_environment);
    if (!proxy) return proxy.errors();
    RouteSeen seen{.first = origin, .proxy = {}, .reason = proxies_.reason_for(origin)};
    if (*proxy != nullptr) {
      seen.first = (*proxy)->url;
      seen.proxy = (*proxy)->url.authority();
    }
    return seen;
  }

  Result<NameAnswer> look_up(const std::string& host, const Deadline& deadline) override {
    lookup_.forget(host);
    auto addresses = lookup_.find(host, Patience{clock_, deadline, stop_});
    if (!addresses) return std::move(addresses).errors();
    return NameAnswer{std::move(*addresses), names_->canonical_name(host)};
  }

  std::vector<ConnectSeen> connect(const std::vector<Address>& addresses, std::uint16_t port,
                                   const Deadline& deadline) override {
    const Patience patience{clock_, deadline.sooner(clock_, connect_limit), stop_};
    std::vector<ConnectSeen> seen(addresses.size());
    std::vector<Thread> attempts;  // joined before `seen` is given away
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const auto attempt = [&, i] { seen[i] = connect_to(addresses[i], port, patience); };
      if (auto thread = Thread::start(attempt)) {
        attempts.push_back(std::move(*thread));
      } else {
        attempt();
      }
    }
    attempts.clear();
    return seen;
  }

  Result<TlsFacts> secure(const Url& origin, const Deadline& deadline) override {
    const auto proxy = proxies_.proxy_for(origin, ProxyUse::from_environment);
    if (!proxy) return proxy.errors();
    const Patience patience{clock_, deadline, stop_};
    auto connection = dialer_.dial(Route{origin, *proxy}, handshake_limit, patience);
    if (!connection) return std::move(connection).errors();
    (*connection)->bind(patience);
    return (*connection)->tls_facts().value_or(TlsFacts{});
  }

  [[nodiscard]] std::string authorities() const override { return trust_.sources().text(); }

 private:
  ConnectSeen connect_to(const Address& address, std::uint16_t port,
                         const Patience& patience) const {
    const SteadyTime begin = clock_.steady();
    ConnectSeen seen{.address = address.with_port(port).text()};
    const auto connected = connect_to_any(seen.address, {address}, port, patience);
    if (connected) {
      seen.local = local_address(connected->socket);
    } else {
      seen.failure = connected.error();
    }
    seen.took = std::chrono::duration_cast<Milliseconds>(clock_.steady() - begin);
    return seen;
  }

  const Clock& clock_;
  StopSignal stop_;
  const ProxyRules proxies_;
  std::shared_ptr<NamingSource> names_;
  AddressLookup lookup_;
  TrustStore trust_;
  TlsContext tls_;
  Dialer dialer_;
};

}  // namespace

std::unique_ptr<PathProbe> make_path_probe(const TransportSettings& settings, Clock& clock,
                                           Log& log, NameQuestion ask, const TrustPlaces& places) {
  return std::make_unique<SystemPathProbe>(settings, clock, log, std::move(ask), places);
}

}  // namespace kvlaunch::network
