// A person signing in to an app without a secret of its own: what the two ways of doing so share.
//
// Sources: MSAL Go public.go, oauth.go; azidentity device_code_credential.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/identity_spec.hpp"
#include "providers/context.hpp"
#include "providers/entra.hpp"

namespace kvlaunch {

struct PublicClient {
  Url authority;
  std::string tenant;  // "organizations" where nobody names one
  std::string client_id;
  std::string scope;  // with what the sign-in of a person adds to it
};

// From the identity's own settings: AZURE_CLIENT_ID and AZURE_TENANT_ID describe another app. The
// default client id is that of the Azure CLI. Errors: those of choose_tenant and choose_authority.
Result<PublicClient> public_client(const IdentitySpec& spec, const TokenRequest& request,
                                   const ProviderContext& context);

// "authorize", "devicecode" and "token" of the client's tenant.
Url login_endpoint(const PublicClient& client, std::string_view name);

// Nothing where somebody can be asked; else why not.
std::optional<Unavailable> nobody_to_ask(const ProviderContext& context);

// The time ran out while a person was waited for.
Error nobody_signed_in();

}  // namespace kvlaunch
