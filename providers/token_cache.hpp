// Tokens, kept in memory: asked for once, shared by all who need them.
//
// Sources: MSAL Constants.cs (5 minutes before expiry), azcore policy_bearer_token.go (30 s between
// early refreshes).
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "launcher/base/world.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// Thread-safe. One thread at a time is inside the credential; others who want the same token wait
// for its result, others who want another one wait for their turn, each until its own deadline.
//
// - A token is used until 5 minutes before it expires (short-lived ones: until half their life).
// - A request with claims never takes a cached token; the one it gets replaces the cached one.
// - When a token wants to be refreshed early, one caller tries, at most every 30 s and for at most
//   10 s; if that fails, the old token is still good.
// - A refusal is remembered for the life of the process, a temporary failure for 30 s: a start with
//   a hundred references must not ask a hundred times.
class TokenCache final : public TokenSource {
 public:
  // `configured_tenant`: see TokenSource.
  TokenCache(std::unique_ptr<Credential> credential, std::string configured_tenant, World& world);
  ~TokenCache() override;

  Result<std::shared_ptr<const AccessToken>> token(const TokenRequest& request,
                                                   const Deadline& deadline) override;
  void reject(const TokenRequest& request, const AccessToken& token) override;
  [[nodiscard]] std::string configured_tenant() const override { return tenant_; }

 private:
  using Shared = std::shared_ptr<const AccessToken>;
  // One question to the credential, watched by everybody who wants its answer.
  struct Flight {
    bool landed = false;
    Shared token;  // null: `errors` says why
    Errors errors;
  };
  struct Entry {
    Shared token;
    WallTime usable_until;
    SteadyTime next_refresh;  // not before this
    Errors failure;           // empty: none remembered
    SteadyTime failure_until;
    std::shared_ptr<Flight> flight;
  };

  TokenRequest normalised(const TokenRequest& request) const;
  [[nodiscard]] bool is_usable(const Entry& entry) const;
  [[nodiscard]] bool wants_refresh(const Entry& entry) const;
  Result<Shared> watch(std::unique_lock<std::mutex>& lock, std::shared_ptr<Flight> flight,
                       const Deadline& deadline);
  Result<Shared> fly(std::unique_lock<std::mutex>& lock, const TokenRequest& request,
                     const Deadline& deadline);
  void keep(const TokenRequest& request, const Flight& flight);
  void remember_failure(Entry& entry, const Errors& errors);

  std::unique_ptr<Credential> credential_;
  std::string tenant_;
  World& world_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TokenRequest, Entry> entries_;
  bool credential_in_use_ = false;
};

}  // namespace kvlaunch
