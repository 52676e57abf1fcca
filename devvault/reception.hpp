// Where every request to Azure arrives: faults, throttling, the service's answer, the journal.
#pragma once

#include <cstdint>
#include <functional>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/faults.hpp"
#include "devvault/journal.hpp"
#include "devvault/response_writer.hpp"
#include "devvault/stop.hpp"
#include "devvault/throttle.hpp"
#include "launcher/base/clock.hpp"

namespace devvault {

// What stands behind the server; called from several threads at once.
struct Services {
  std::function<Response(const Request&)> answer;
  std::function<bool(const std::string& host)> is_azure_host;
};

// Thread-safe. Everything handed in outlives it.
class Reception {
 public:
  Reception(Services services, const Config& config, Journal& journal, const kvlaunch::Clock& clock,
            const Stop& stop);

  // Answers on `stream`. False if the connection has to end, whether by `after`, by a fault or
  // because the client is gone; after a reset `stream` is closed already.
  bool serve(const Request& request, std::uint64_t connection, After after, Stream& stream);

  // IMDS is no name of Azure's, but what a client asks of it is always ours to answer.
  [[nodiscard]] bool plays(const std::string& host) const;
  // A vault of Azure's that the configuration does not have: in Azure its name would not resolve.
  [[nodiscard]] bool lacks_vault(const std::string& host) const;

  [[nodiscard]] FaultBook& faults() { return faults_; }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] const kvlaunch::Clock& clock() const { return clock_; }
  [[nodiscard]] const Stop& stop() const { return stop_; }

 private:
  Response answer(const Request& request, const std::optional<FaultRule>& fault,
                  std::string& fault_name);
  [[nodiscard]] std::string identity_of(const Request& request) const;

  Services services_;
  const Config& config_;
  FaultBook faults_;
  Throttle throttle_;
  Journal& journal_;
  const kvlaunch::Clock& clock_;
  const Stop& stop_;
};

}  // namespace devvault
