// The token cache.
#include "providers/token_cache.hpp"

#include <algorithm>
#include <new>

#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr std::chrono::minutes safety_margin{5};
constexpr std::chrono::seconds between_refreshes{30};
constexpr Milliseconds refresh_limit{10'000};
constexpr std::chrono::seconds temporary_failure_life{30};

Error waited_too_long() {
  return Error{.code = Code::deadline,
               .message = "the time ran out while waiting for a token",
               .hint = "allow more time with --timeout"};
}

WallTime usable_until(const AccessToken& token, WallTime now) {
  const auto life = token.expires_at - now;
  return token.expires_at - std::min<WallTime::duration>(safety_margin, life / 2);
}

// The others wait for this flight to land, so it must, whatever happens.
Outcome ask(Credential& credential, const TokenRequest& request, const Deadline& deadline) {
  try {
    return credential.acquire(request, deadline);
  } catch (const std::bad_alloc&) {
    return Failed{Error{.code = Code::out_of_memory, .message = "out of memory"}};
  }
}

TokenRequest without_claims(TokenRequest request) {
  request.claims.clear();
  return request;
}

}  // namespace

TokenCache::TokenCache(std::unique_ptr<Credential> credential, std::string configured_tenant,
                       World& world)
    : credential_(std::move(credential)), tenant_(std::move(configured_tenant)), world_(world) {}

TokenCache::~TokenCache() = default;

// The configured tenant named or left out is the same token.
TokenRequest TokenCache::normalised(const TokenRequest& request) const {
  TokenRequest key = request;
  if (equal_ignoring_case(key.tenant, tenant_)) key.tenant.clear();
  return key;
}

bool TokenCache::is_usable(const Entry& entry) const {
  return entry.token && world_.clock.wall() < entry.usable_until;
}

bool TokenCache::wants_refresh(const Entry& entry) const {
  return entry.token->refresh_at && *entry.token->refresh_at <= world_.clock.wall() &&
         entry.next_refresh <= world_.clock.steady();
}

Result<TokenCache::Shared> TokenCache::token(const TokenRequest& request,
                                             const Deadline& deadline) {
  const TokenRequest key = normalised(request);
  std::unique_lock lock{mutex_};
  for (;;) {
    Entry& entry = entries_[key];
    if (is_usable(entry)) {
      const Shared kept = entry.token;
      if (!wants_refresh(entry) || credential_in_use_) return kept;
      entry.next_refresh = world_.clock.steady() + between_refreshes;
      const auto renewed = fly(lock, key, deadline.sooner(world_.clock, refresh_limit));
      return renewed ? *renewed : kept;
    }
    if (entry.flight) return watch(lock, entry.flight, deadline);
    if (!entry.failure.empty() && world_.clock.steady() < entry.failure_until) {
      return entry.failure;
    }
    if (!credential_in_use_) return fly(lock, key, deadline);
    // Another token is being fetched: its turn first, then look again.
    if (changed_.wait_for(lock, deadline.remaining(world_.clock)) == std::cv_status::timeout) {
      return waited_too_long();
    }
  }
}

Result<TokenCache::Shared> TokenCache::watch(std::unique_lock<std::mutex>& lock,
                                             std::shared_ptr<Flight> flight,
                                             const Deadline& deadline) {
  const bool landed =
      changed_.wait_for(lock, deadline.remaining(world_.clock), [&] { return flight->landed; });
  if (!landed) return waited_too_long();
  if (!flight->token) return flight->errors;
  return flight->token;
}

// Called with the lock held and the credential free; the lock is released while it is asked.
Result<TokenCache::Shared> TokenCache::fly(std::unique_lock<std::mutex>& lock,
                                           const TokenRequest& request, const Deadline& deadline) {
  const auto flight = std::make_shared<Flight>();
  entries_[request].flight = flight;
  credential_in_use_ = true;
  lock.unlock();
  auto outcome = ask(*credential_, request, deadline);
  lock.lock();
  if (auto* const token = std::get_if<AccessToken>(&outcome)) {
    flight->token = std::make_shared<const AccessToken>(std::move(*token));
  } else if (auto* const absent = std::get_if<Unavailable>(&outcome)) {
    flight->errors.push_back(Error{.code = Code::identity_unavailable,
                                   .message = std::move(absent->reason),
                                   .hint = std::move(absent->hint)});
  } else {
    flight->errors.push_back(std::move(std::get<Failed>(outcome).error));
  }
  flight->landed = true;
  credential_in_use_ = false;
  entries_[request].flight.reset();
  keep(request, *flight);
  changed_.notify_all();
  if (!flight->token) return flight->errors;
  return flight->token;
}

void TokenCache::keep(const TokenRequest& request, const Flight& flight) {
  if (!flight.token) {
    remember_failure(entries_[request], flight.errors);
    return;
  }
  // An answer to claims is kept for everybody: the token it replaces was revoked.
  Entry& entry = entries_[without_claims(request)];
  entry.token = flight.token;
  entry.usable_until = usable_until(*flight.token, world_.clock.wall());
  entry.failure.clear();
  if (!request.claims.empty()) entries_.erase(request);
}

void TokenCache::remember_failure(Entry& entry, const Errors& errors) {
  if (is_usable(entry)) return;  // a failed early refresh harms nobody
  // The next caller may have more time.
  if (errors.front().code == Code::deadline) return;
  const bool temporary = exit_class_of(errors.front().code) == ExitClass::temporary;
  entry.failure = errors;
  entry.failure_until =
      temporary ? world_.clock.steady() + temporary_failure_life : SteadyTime::max();
}

void TokenCache::reject(const TokenRequest& request, const AccessToken& token) {
  const std::lock_guard lock{mutex_};
  const auto entry = entries_.find(without_claims(normalised(request)));
  // Somebody else may have replaced it in the meantime: that one is not to blame.
  if (entry != entries_.end() && entry->second.token.get() == &token) entry->second.token.reset();
}

}  // namespace kvlaunch
