// GET requests to one vault: authorised, retried under the deadline, refused where a token must not
// follow, and with every failure already worded.
#pragma once

#include <mutex>
#include <optional>

#include "launcher/base/retry.hpp"
#include "launcher/base/world.hpp"
#include "launcher/resolve/vault_access.hpp"
#include "launcher/resolve/vault_errors.hpp"
#include "launcher/resolve/vault_gate.hpp"

namespace kvlaunch {

// Thread-safe. The references outlive it.
class VaultRequests {
 public:
  VaultRequests(const VaultEndpoint& vault, TokenSource& identity, VaultGate& gate, World& world,
                const Deadline& deadline)
      : vault_(vault),
        access_(vault, identity, world.log),
        gate_(gate),
        world_(world),
        deadline_(deadline) {}

  // How long a vault that is throttling or not available is asked again.
  enum class Effort { until_deadline, once };

  // The answer with status 200, or the Error. Ends by the deadline. Once a failure has shown that
  // nothing of this vault can be read, it is given to every later call without a request.
  Result<HttpResponse> get(const Url& url, const VaultSubject& subject, std::size_t max_body_bytes,
                           Effort effort = Effort::until_deadline);

  // "https://HOST/PATH?api-version=7.4" with `more_query` ("&maxresults=25") at its end.
  [[nodiscard]] Url url(const std::string& path, std::string_view more_query = "") const;

 private:
  Result<HttpResponse> authorised(HttpRequest request, const VaultSubject& subject, Effort effort);
  // How many more challenges one request may follow.
  struct Patience {
    int ordinary = 1;
    int claims = 1;
  };
  Result<void> learn(const HttpResponse& answer, const VaultAccess::Grant& grant,
                     const VaultSubject& subject, Patience& patience);
  Attempted send(const HttpRequest& request, const VaultAccess::Grant& grant,
                 const VaultSubject& subject, Effort effort);
  Result<HttpResponse> judged(Attempted attempted, const VaultSubject& subject);
  Error failure_of(const Attempted& attempted, const VaultSubject& subject) const;
  std::optional<Error> known_failure(const VaultSubject& subject) const;
  void remember(const Error& error);

  const VaultEndpoint& vault_;
  VaultAccess access_;
  VaultGate& gate_;
  World& world_;
  Deadline deadline_;

  mutable std::mutex mutex_;
  std::optional<Error> vault_failure_;
};

}  // namespace kvlaunch
