// What is known about getting into one vault: scope, tenant, and the token that all its requests
// carry.
//
// Source: reference for the order of steps are the Azure SDKs' challenge policies: the service's
// own challenge is believed once per refusal, a claims challenge once more.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "launcher/base/http.hpp"
#include "launcher/base/log.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/challenge.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// Thread-safe: many requests ask for the one token, the first of them fetches it while the others
// wait. A failure is kept as well, so that a hundred references ask a broken identity once.
class VaultAccess {
 public:
  VaultAccess(const VaultEndpoint& vault, TokenSource& identity, Log& log)
      : vault_(vault), identity_(identity), log_(log) {}

  struct Grant {
    std::shared_ptr<const AccessToken> token;  // null: ask without, only the challenge can tell
    int generation = 0;                        // counts what has been learnt
  };

  // Ends by `deadline`, as token sources do.
  Result<Grant> grant(const Deadline& deadline);

  // What a refused request's answer taught. `refused` is the grant that it was sent with: if
  // somebody has learnt since, there is nothing to do but ask again.
  enum class Learnt { ordinary, claims, already };
  Result<Learnt> learn(const HttpResponse& answer, const Grant& refused);

 private:
  Result<void> adopt_scope(const std::string& scope);
  void adopt_tenant(const std::string& tenant);
  Error explained(Error error) const;

  const VaultEndpoint& vault_;
  TokenSource& identity_;
  Log& log_;

  std::mutex mutex_;
  TokenRequest request_;
  bool scope_known_ = false;
  std::string foreign_tenant_;  // of a challenge that names another than the configured one
  std::shared_ptr<const AccessToken> token_;
  std::optional<Error> failure_;
  int generation_ = 0;
};

}  // namespace kvlaunch
