// What MSAL asks a login host before the token: OpenID metadata, signing keys, instance discovery.
//
// Sources: OpenID Connect Discovery 1.0 section 4; MSAL's known metadata for the clouds' aliases.
#pragma once

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Serves /TENANT[/v2.0]/.well-known/openid-configuration, /TENANT/discovery[/v2.0]/keys and
// /TENANT/discovery/instance on the login hosts. All URLs in the answers keep the origin that the
// client used: msal-node refuses an issuer from elsewhere, unless it is a known login host.
class OpenId final : public Service {
 public:
  // Both must outlive it.
  OpenId(const Config& config, TokenIssuer& tokens, Now now)
      : config_(config), tokens_(tokens), now_(now) {}

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  [[nodiscard]] Response metadata(const Request& request) const;
  [[nodiscard]] Response instance_discovery(const Request& request) const;

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
};

}  // namespace devvault
