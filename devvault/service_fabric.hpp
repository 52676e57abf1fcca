// The managed identity endpoint of a Service Fabric node.
//
// Source: azure-docs service-fabric/how-to-managed-identity-service-fabric-app-code.md (request,
// answer, error codes); its certificate vouches for itself, see Server::add_private_tls().
#pragma once

#include <string>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Where IDENTITY_ENDPOINT points, on loopback and over TLS.
inline constexpr std::string_view service_fabric_path = "/metadata/identity/oauth2/token";
inline constexpr std::string_view service_fabric_version = "2019-07-01-preview";

// Serves where an identity has the platform service-fabric: that one, because on a cluster the
// secret says which application asks.
class ServiceFabric final : public Service {
 public:
  // `secret`: what the header of that name must hold (IDENTITY_HEADER). The others must outlive it.
  ServiceFabric(const Config& config, const TokenIssuer& tokens, std::string secret)
      : config_(config), tokens_(tokens), secret_(std::move(secret)) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  const Config& config_;
  const TokenIssuer& tokens_;
  std::string secret_;
};

}  // namespace devvault
