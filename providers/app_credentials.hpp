// Credentials of an app that only connection strings describe, each in a file of its own. Nothing
// of them comes from AZURE_... variables, but the authority.
//
// Source: AppAuthentication ClientSecretAccessTokenProvider.cs,
// ClientCertificateAzureServiceTokenProvider.cs.
#pragma once

#include <memory>
#include <string>

#include "providers/certificate_store.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

struct AppIdentity {
  std::string client_id;
  std::string tenant_id;  // empty only for make_vault_certificate
};

std::unique_ptr<Credential> make_app_key(AppIdentity app, Secret key,
                                         const ProviderContext& context);

// Of several certificates that match, each is tried until one yields a token.
std::unique_ptr<Credential> make_store_certificate(AppIdentity app, CertificateSearch search,
                                                   const ProviderContext& context);

// `vault_identity` reads the secret at `identifier`. Without a tenant it is that of the token which
// opened the vault.
std::unique_ptr<Credential> make_vault_certificate(AppIdentity app, std::string identifier,
                                                   std::unique_ptr<TokenSource> vault_identity,
                                                   const ProviderContext& context);

}  // namespace kvlaunch
