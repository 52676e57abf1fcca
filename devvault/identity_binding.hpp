// The token proxy of an AKS identity binding: it takes the pod's own token, which Entra does not,
// and asks Entra in the pod's place.
//
// Source: learn.microsoft.com/azure/aks/identity-bindings-concepts; azure-sdk-for-go
// sdk/azidentity/internal/customtokenproxy. Its TLS: Server::add_private_tls().
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

inline constexpr std::string_view binding_audience = "api://AKSIdentityBinding";
// The name it answers to (SNI), and what precedes the path of the token endpoint.
inline constexpr std::string_view binding_server_name = "0123456789abcdef.ests.aks";
inline constexpr std::string_view binding_path = "/identity-binding";

class IdentityBinding final : public Service {
 public:
  // `entra` gets the requests, with a token that it takes. All must outlive it.
  IdentityBinding(const Config& config, TokenIssuer& tokens, Service& entra, Now now)
      : config_(config), tokens_(tokens), entra_(entra), now_(now) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] const Identity* bound_identity(const std::string& assertion);

  const Config& config_;
  TokenIssuer& tokens_;
  Service& entra_;
  Now now_;
};

}  // namespace devvault
