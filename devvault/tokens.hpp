// Access tokens: JWTs signed with an RSA key that is made at start and never leaves memory.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/signing_key.hpp"

namespace devvault {

// What the services look at in a token.
struct Claims {
  std::string audience;
  std::string issuer;
  std::string subject;
  std::string tenant_id;
  std::string client_id;
  std::string object_id;
  std::int64_t not_before = 0;  // seconds since 1970; absurd ones are brought into range
  std::int64_t expires = 0;
};

// How the client proved who it is; becomes the claim `appidacr` (1: secret, 2: certificate).
// `user`: a user signed in, and the client is public.
enum class Proof { secret, certificate, managed_identity, user };

struct TokenRequest {
  const Identity* identity = nullptr;
  std::string resource;  // becomes `aud`, as the client spelt it
  std::string issuer;
  std::string tenant_id;
  Proof proof = Proof::secret;
  std::string client_id = {};  // of the client of a user; empty: the identity is the client
};

struct AccessToken {
  std::string text;
  std::int64_t not_before = 0;
  std::int64_t expires = 0;
  std::int64_t expires_in = 0;  // seconds
};

// Seconds since 1970.
std::int64_t epoch_seconds(WallTime time);

// Thread-safe.
class TokenIssuer {
 public:
  TokenIssuer(Now now, Seconds lifetime, SigningKey key);

  [[nodiscard]] AccessToken issue(const TokenRequest& request) const;
  // A foreign workload's token, as a Kubernetes service account has one. `payload` is JSON.
  [[nodiscard]] std::string sign_payload(std::string_view payload) const;
  // RSA with SHA-256 over any text, by the key of the tokens: for SAML assertions.
  [[nodiscard]] std::string sign_text(std::string_view text) const;
  [[nodiscard]] bool verifies_text(std::string_view text, std::string_view signature) const;
  // The claims of a token of ours, its signature checked; times, audience and tenant are the
  // caller's to judge. Tokens seen before are remembered, so a second look costs a lookup.
  std::optional<Claims> read(const std::string& token);
  // RFC 7517: the public half.
  [[nodiscard]] std::string jwks() const;

 private:
  Now now_;
  Seconds lifetime_;
  SigningKey key_;
  std::string key_id_;
  std::mutex mutex_;
  std::unordered_map<std::string, Claims> known_;  // guarded by mutex_
};

// Takes the claims out of a payload; nothing if it is no JSON object.
std::optional<Claims> claims_of(std::string_view payload);

}  // namespace devvault
