// Grants of users at the token endpoint: by password, and by a SAML assertion of their federation
// server.
//
// Sources: learn.microsoft.com/entra/identity-platform/v2-oauth-ropc; RFC 7522; the clients that
// may: MSAL.NET, AppAuthentication, azure-cli core/auth/identity.py.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "devvault/config.hpp"
#include "devvault/entra_error.hpp"
#include "devvault/form.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// The grant types of users: password, and the two of SAML.
bool is_user_grant(std::string_view grant_type);

// Applications that users may sign in to without their being in devvault.yaml: Microsoft's own
// public clients (AppAuthentication, Azure CLI, Azure PowerShell).
bool is_public_client(std::string_view client_id);

// Both must outlive it.
class UserSignIn {
 public:
  UserSignIn(const Config& config, const TokenIssuer& tokens) : config_(config), tokens_(tokens) {}

  // The user that the form proves, or the refusal.
  [[nodiscard]] std::variant<const User*, EntraError> prove(const Form& form, WallTime now) const;

 private:
  [[nodiscard]] std::variant<const User*, EntraError> by_password(const Form& form) const;
  [[nodiscard]] std::variant<const User*, EntraError> by_assertion(const Form& form,
                                                                   WallTime now) const;

  const Config& config_;
  const TokenIssuer& tokens_;
};

}  // namespace devvault
