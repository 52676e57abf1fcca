// Tokens for a user: by a SAML assertion of a federation server, or by a password.
//
// Sources: MSAL.NET Internal/Requests/{IntegratedWindowsAuthRequest,UsernamePasswordRequest}.cs;
// RFC 7522 (SAML 2.0 bearer grant), RFC 6749 section 4.3 (password).
#pragma once

#include <string>

#include "launcher/base/identity_spec.hpp"
#include "providers/context.hpp"
#include "providers/ws_trust.hpp"

namespace kvlaunch {

// A public client in a tenant; `tenant` may be "organizations".
struct UserClient {
  Url authority;
  std::string tenant;
  std::string client_id;
};

// The tenant of settings and challenge, "organizations" if neither names one.
Result<UserClient> user_client(const IdentitySpec& spec, std::string_view tenant_id,
                               std::string_view client_id, const TokenRequest& request,
                               const ProviderContext& context);

Outcome token_by_saml(World& world, const UserClient& client, const TokenRequest& request,
                      const SamlAssertion& assertion, const Deadline& deadline);

Outcome token_by_password(World& world, const UserClient& client, const TokenRequest& request,
                          const UserPassword& password, const Deadline& deadline);

// With realm discovery: managed users sign in at Entra, federated ones at their federation server.
// Warns that this way is deprecated.
Outcome token_by_user_password(World& world, const UserClient& client, const TokenRequest& request,
                               const UserPassword& password, const Deadline& deadline);

}  // namespace kvlaunch
