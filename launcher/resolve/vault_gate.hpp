// One gate for all requests to one vault: when the service throttles, everybody waits.
//
// The limits of Key Vault count per vault (learn.microsoft.com/azure/key-vault/general/
// service-limits), so a 429 to one request concerns the others just as much.
#pragma once

#include <mutex>

#include "launcher/base/http.hpp"
#include "launcher/base/randomness.hpp"

namespace kvlaunch {

// Passes requests on to the transport; while the gate is closed they wait in front of it. A 429, or
// a 503 that asks for a wait, closes it: for as long as the answer asks, else 1 s, 2 s ... 16 s.
// Waiting requests start spread over a quarter more of that time. Thread-safe.
class VaultGate final : public Transport {
 public:
  VaultGate(Transport& transport, Clock& clock, Randomness& randomness)
      : transport_(transport), clock_(clock), randomness_(randomness) {}

  // Code::deadline, with nothing sent, when the gate would open only after `deadline`.
  Result<HttpResponse> send(const HttpRequest& request, const Deadline& deadline) override;
  void preconnect(const Url& url, std::size_t count, const Deadline& deadline) override;

  // Is the vault throttling us at this moment?
  [[nodiscard]] bool is_closed() const;

 private:
  Result<void> wait_until_open(const Deadline& deadline);
  void note_answer(const HttpResponse& response);

  Transport& transport_;
  Clock& clock_;
  Randomness& randomness_;

  mutable std::mutex mutex_;
  SteadyTime opens_at_{};
  Milliseconds last_wait_{0};
  int storms_ = 0;  // one after the other, without a good answer between
};

}  // namespace kvlaunch
