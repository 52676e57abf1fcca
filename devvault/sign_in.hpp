// People signing in to public clients: device codes, and codes that a browser brings back.
//
// Nobody has to do anything: a device code counts as entered after `sign-in-polls` polls, and
// /authorize redirects at once. Refusals are made with fault rules. Sources: RFC 8628, RFC 7636;
// learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code, v2-oauth2-auth-code-flow.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "devvault/config.hpp"
#include "devvault/entra_error.hpp"
#include "devvault/exchange.hpp"
#include "devvault/form.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// Serves /TENANT/oauth2[/v2.0]/authorize and /devicecode, and the token requests of both. `config`
// and `tokens` must outlive it.
class SignIn final : public Service {
 public:
  SignIn(const Config& config, TokenIssuer& tokens, Now now);

  [[nodiscard]] bool serves(const Request& request) const override;
  Response answer(const Request& request) override;

 private:
  struct Pending {
    std::string client_id, scope, redirect, challenge;
    int polls_left = 0;
    WallTime expires;
  };
  [[nodiscard]] Response authorize(const Request& request);
  [[nodiscard]] Response device_code(const Request& request);
  [[nodiscard]] Response redeem(const Request& request);
  // What the code stands for; used up unless it is still pending.
  [[nodiscard]] std::optional<EntraError> take_device_code(const Form& form, Pending& taken);
  [[nodiscard]] std::optional<EntraError> take_code(const Form& form, Pending& taken);
  void remember(const std::string& code, Pending pending);

  const Config& config_;
  TokenIssuer& tokens_;
  Now now_;
  std::mutex mutex_;
  std::map<std::string, Pending> pending_;  // by code; guarded by mutex_
};

}  // namespace devvault
