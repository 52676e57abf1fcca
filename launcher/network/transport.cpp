// Putting the parts together: route, connection, exchange, and one second try.
#include "launcher/network/transport.hpp"

#include <mutex>
#include <new>
#include <vector>

#include "launcher/base/thread.hpp"
#include "launcher/network/address_lookup.hpp"
#include "launcher/network/dialer.hpp"
#include "launcher/network/exchange.hpp"
#include "launcher/network/patience.hpp"
#include "launcher/network/pool.hpp"
#include "launcher/network/proxy.hpp"
#include "launcher/network/tls_context.hpp"
#include "launcher/network/trust_store.hpp"

namespace kvlaunch {
namespace network {
namespace {

class NetworkTransport final : public Transport {
 public:
  NetworkTransport(const TransportSettings& settings, Clock& clock, Log& log,
                   std::shared_ptr<AddressSource> addresses, const TrustPlaces& places)
      : clock_(clock),
        log_(log),
        proxies_(settings.environment),
        lookup_(std::move(addresses)),
        trust_(find_trust_sources(settings.environment, settings.ca_file, places), stop_),
        tls_(trust_),
        dialer_(lookup_, tls_, log) {}

  ~NetworkTransport() override {
    // First the signal, then the wake-ups: whoever sleeps finds the signal raised.
    stop_.raise();
    lookup_.wake_all();
    trust_.wake_all();
    pool_.wake_all();
    workers_.clear();
  }

  NetworkTransport(const NetworkTransport&) = delete;
  NetworkTransport& operator=(const NetworkTransport&) = delete;

  Result<HttpResponse> send(const HttpRequest& request, const Deadline& deadline) override;
  void preconnect(const Url& url, std::size_t count, const Deadline& deadline) override;

 private:
  // At the first connection that will need TLS: sets it up in the background.
  void prepare_for(const Route& route);
  void open(const Route& route, const std::string& key, const Deadline& deadline,
            Errors out_of_memory);
  struct Outcome {
    Result<HttpResponse> response;
    bool answered;  // at least one byte of a response has come
  };
  Outcome run(std::unique_ptr<Connection> connection, const std::string& key,
              const HttpRequest& request, const Patience& patience);

  Clock& clock_;
  Log& log_;
  StopSignal stop_;
  const ProxyRules proxies_;
  AddressLookup lookup_;
  TrustStore trust_;
  TlsContext tls_;
  Dialer dialer_;
  Pool pool_;
  std::once_flag noted_;
  std::once_flag prepared_;
  std::mutex workers_mutex_;
  std::vector<Thread> workers_;  // guarded by workers_mutex_
};

Result<HttpResponse> NetworkTransport::send(const HttpRequest& request, const Deadline& deadline) {
  const Patience patience{clock_, deadline, stop_};
  if (patience.ended()) return out_of_time("preparing a request to " + request.url.authority());
  if (request.url.scheme != "https" && request.trust != TlsTrust{}) {
    return Error{.code = Code::internal,
                 .message = "a request to " + request.url.authority() +
                            " depends on a certificate, but goes over plain http"};
  }
  const auto proxy = proxies_.proxy_for(request.url, request.proxy);
  if (!proxy) return proxy.errors();
  const Route route{request.url, *proxy, request.trust};
  const auto key = route.key();

  auto kept = pool_.take(key, patience);
  if (!kept) return std::move(kept).errors();
  if (*kept) {
    auto outcome = run(std::move(*kept), key, request, patience);
    // Servers close idle connections whenever they like, and only the next request finds out.
    const bool was_dead = !outcome.response && !outcome.answered &&
                          outcome.response.error().code == Code::connection_lost;
    if (!was_dead || !request.idempotent) return std::move(outcome.response);
    log_.note("a kept connection to " + request.url.authority() + " was closed: opening another");
  }
  prepare_for(route);
  auto fresh = dialer_.dial(route, request.connect_timeout, patience);
  if (!fresh) return std::move(fresh).errors();
  return run(std::move(*fresh), key, request, patience).response;
}

NetworkTransport::Outcome NetworkTransport::run(std::unique_ptr<Connection> connection,
                                                const std::string& key, const HttpRequest& request,
                                                const Patience& patience) {
  connection->bind(patience);
  const auto received_before = connection->received();
  auto exchanged = exchange(*connection, request);
  const bool answered = connection->received() != received_before;
  if (!exchanged) return {std::move(exchanged).errors(), answered};
  if (exchanged->reusable) pool_.give_back(key, std::move(connection));
  return {std::move(exchanged->response), answered};
}

void NetworkTransport::prepare_for(const Route& route) {
  if (route.origin.scheme != "https") return;
  if (route.trust == TlsTrust{}) {
    std::call_once(noted_,
                   [this] { log_.note("certificate authorities: " + trust_.sources().text()); });
  }
  std::call_once(prepared_, [this] {
    const std::lock_guard lock{workers_mutex_};
    const auto prepare = [this] {
      try {
        tls_.prepare();
      } catch (const std::bad_alloc&) {
        return;  // the first handshake tries again, on a thread that can report it
      }
    };
    if (auto worker = Thread::start(prepare)) {
      workers_.push_back(std::move(*worker));
    }
  });
}

void NetworkTransport::preconnect(const Url& url, std::size_t count, const Deadline& deadline) {
  const auto proxy = proxies_.proxy_for(url, ProxyUse::from_environment);
  if (!proxy) return;
  const Route route{url, *proxy};
  const auto key = route.key();
  const auto missing = pool_.begin_opening(key, count);
  if (missing > 0) prepare_for(route);
  const std::lock_guard lock{workers_mutex_};
  for (std::size_t i = 0; i < missing; ++i) {
    // The error is made here: where it is needed there is no memory to make it of.
    Errors spare{Error{.code = Code::out_of_memory, .message = "out of memory"}};
    auto opener = Thread::start([this, route, key, deadline, spare = std::move(spare)]() mutable {
      open(route, key, deadline, std::move(spare));
    });
    if (opener) {
      workers_.push_back(std::move(*opener));
    } else {
      pool_.finish_opening(key, Error{.code = Code::connect_failure,
                                      .message = "no thread to be had for another connection"});
    }
  }
}

// On a thread of its own. Whatever happens the pool is told, or others would wait for this one.
void NetworkTransport::open(const Route& route, const std::string& key, const Deadline& deadline,
                            Errors out_of_memory) {
  try {
    const Patience patience{clock_, deadline, stop_};
    pool_.finish_opening(key, dialer_.dial(route, HttpRequest{}.connect_timeout, patience));
  } catch (const std::bad_alloc&) {
    pool_.finish_opening(key, std::move(out_of_memory));
  }
}

}  // namespace
}  // namespace network

Errors problems_with_transport(const TransportSettings& settings, const std::vector<Url>& origins,
                               const Clock& clock, const Deadline& deadline) {
  Errors errors;
  const network::ProxyRules proxies{settings.environment};
  for (const Url& origin : origins) {
    const auto proxy = proxies.proxy_for(origin, ProxyUse::from_environment);
    if (proxy) continue;
    errors.push_back(proxy.error());  // the variable is one, whatever it is used for
    break;
  }
  network::StopSignal stop;
  network::TrustStore trust{network::find_trust_sources(settings.environment, settings.ca_file),
                            stop};
  if (const auto ready = trust.ready({clock, deadline, stop}); !ready) {
    errors.push_back(ready.error());
  }
  stop.raise();
  return errors;
}

std::unique_ptr<Transport> make_transport(const TransportSettings& settings, Clock& clock,
                                          Log& log) {
  return make_transport(settings, clock, log, std::make_shared<network::SystemAddressSource>(),
                        network::system_trust_places());
}

std::unique_ptr<Transport> make_transport(const TransportSettings& settings, Clock& clock, Log& log,
                                          std::shared_ptr<network::AddressSource> addresses,
                                          const network::TrustPlaces& places) {
  return std::make_unique<network::NetworkTransport>(settings, clock, log, std::move(addresses),
                                                     places);
}

}  // namespace kvlaunch
