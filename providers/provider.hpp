// The contract of an identity provider, and of what the Key Vault client needs from identity.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

struct TokenRequest {
  std::string scope;   // "https://vault.azure.net/.default": exactly one
  std::string tenant;  // from a vault's challenge; empty: the credential's own
  std::string claims;  // JSON of a claims challenge; not empty: never answered from a cache

  friend auto operator<=>(const TokenRequest&, const TokenRequest&) = default;
};

struct AccessToken {
  Secret value;
  WallTime expires_at;
  std::optional<WallTime> refresh_at;
  std::string provider{};  // who gave it, as people know it; the chain fills it in
};

// Not configured here: no variables, no endpoint, no tool. The chain goes on and keeps the reason.
struct Unavailable {
  std::string reason;
  std::string hint;
};

// Configured, tried, refused. The chain stops and reports. Errors have a code of the identity or
// network group.
struct Failed {
  Error error;
};

using Outcome = std::variant<AccessToken, Unavailable, Failed>;

// One way to get a token. Implementations are called by one thread at a time.
class Credential {
 public:
  virtual ~Credential() = default;
  // As people know it: "managed identity", "Azure CLI".
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Ends by `deadline`; providers bound themselves further where their protocol says so.
  virtual Outcome acquire(const TokenRequest& request, const Deadline& deadline) = 0;
};

// Tokens for the Key Vault client: cached, one request at a time per token (single flight).
// Thread-safe. The token is shared because many requests carry it at once.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  virtual Result<std::shared_ptr<const AccessToken>> token(const TokenRequest& request,
                                                           const Deadline& deadline) = 0;
  // Forget this token: the service refused it. The next token() asks the provider again.
  virtual void reject(const TokenRequest& request, const AccessToken& token) = 0;
  // The tenant this source is configured for; empty if it takes whatever the challenge names.
  [[nodiscard]] virtual std::string configured_tenant() const = 0;
};

}  // namespace kvlaunch
