// Who may sign in with a JWT instead of a secret: by a registered certificate, or by federation.
//
// Rules: entra-docs identity-platform/certificate-credentials.md (certificates) and
// workload-id/workload-identity-federation.md (issuer, subject, audience of a foreign token).
#pragma once

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/entra_error.hpp"
#include "devvault/jwt.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Issuer of the federated assertions that devvault itself hands out; nothing answers there.
inline constexpr std::string_view own_federation_issuer = "https://oidc.devvault.example/";
inline constexpr std::string_view federation_audience = "api://AzureADTokenExchange";

// Subject of devvault's own assertion for that identity, as a Kubernetes service account's.
std::string own_federation_subject(const Identity& identity);

// A token as that identity's pod has it, good for longer than anybody leaves devvault running.
std::string own_assertion(const TokenIssuer& tokens, const Identity& identity,
                          std::string_view audience, WallTime now);

// Immutable after construction; `tokens` must outlive it.
class AssertionChecker {
 public:
  // Certificates that OpenSSL cannot read are left out: parse_config has refused them before.
  AssertionChecker(const Config& config, TokenIssuer& tokens);

  // Nothing: the assertion proves that the client is `identity`. `endpoint` is the URL the client
  // called, which the audience of a certificate's assertion must equal.
  [[nodiscard]] std::optional<EntraError> check(const Identity& identity,
                                                const std::string& assertion,
                                                const std::string& endpoint, WallTime now) const;

 private:
  struct Registered {
    std::string sha1, sha256;  // of the DER form, raw bytes
    std::shared_ptr<EVP_PKEY> key;
    WallTime not_after;
  };
  [[nodiscard]] std::optional<EntraError> check_certificate(const Identity& identity,
                                                            const Jwt& jwt, const Claims& claims,
                                                            const std::string& endpoint,
                                                            WallTime now) const;
  [[nodiscard]] std::optional<EntraError> check_federated(const Identity& identity,
                                                          const std::string& assertion,
                                                          const Claims& claims, WallTime now) const;

  std::map<std::string, std::vector<Registered>> certificates_;  // by identity name
  TokenIssuer& tokens_;
};

}  // namespace devvault
