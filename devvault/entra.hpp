// The token endpoints of Entra ID, v1 and v2, for applications (client_credentials) and users.
#pragma once

#include <string>

#include "devvault/client_assertion.hpp"
#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/form.hpp"
#include "devvault/tokens.hpp"
#include "devvault/user_sign_in.hpp"

namespace devvault {

// Serves POST /TENANT/oauth2/v2.0/token, /TENANT/oauth2/token and /adfs/oauth2/token on the login
// hosts of every cloud, and over loopback. `config` and `tokens` must outlive it.
class Entra final : public Service {
 public:
  Entra(const Config& config, TokenIssuer& tokens, Now now);

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  struct Grant;
  [[nodiscard]] std::optional<EntraError> read_grant(const Form& form, Grant& grant) const;
  [[nodiscard]] std::optional<EntraError> read_resource(const Form& form, Grant& grant) const;
  [[nodiscard]] std::optional<EntraError> read_client(const std::string& client_id,
                                                      Grant& grant) const;
  [[nodiscard]] std::optional<EntraError> prove(const Form& form, const std::string& endpoint,
                                                Grant& grant) const;
  [[nodiscard]] Response grant_token(const Grant& grant) const;

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
  AssertionChecker assertions_;
  UserSignIn users_;
};

}  // namespace devvault
