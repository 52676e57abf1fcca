// How each provider is made. A provider reads its settings when it is asked for a token, not when
// it is made: making one never fails and touches nothing.
#pragma once

#include <memory>

#include "launcher/base/identity_spec.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

using CredentialFactory = std::unique_ptr<Credential>(const IdentitySpec& spec,
                                                      const ProviderContext& context);

CredentialFactory make_environment;
CredentialFactory make_workload_identity;
CredentialFactory make_managed_identity;
CredentialFactory make_client_secret;
CredentialFactory make_client_certificate;
CredentialFactory make_azure_cli;
CredentialFactory make_appauth;
CredentialFactory make_token_provider_file;
CredentialFactory make_integrated_windows;
CredentialFactory make_azure_developer_cli;
CredentialFactory make_azure_powershell;
CredentialFactory make_github_oidc;
CredentialFactory make_azure_pipelines;
CredentialFactory make_device_code;
CredentialFactory make_browser;

}  // namespace kvlaunch
