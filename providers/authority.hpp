// Which token endpoint host to trust, and for which tenant to ask there.
//
// Sources: azidentity (Go) azidentity.go setAuthorityHost, resolveTenant; azure-sdk-for-cpp
// tenant_id_resolver.cpp, client_credential_core.cpp.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/cloud.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/identity_spec.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {

// The origin of the authority: the identity's own `authority-host`, else AZURE_AUTHORITY_HOST, else
// the cloud's. https only. A host of no known cloud is Code::authority_untrusted unless the
// identity says `trust-authority: true`: whoever names the host receives the credential.
Result<Url> choose_authority(const IdentitySpec& spec, const Environment& environment,
                             CloudName cloud);

// `configured` may be empty (developer tools), `requested` comes from a vault's challenge and may
// be empty too. A requested tenant other than the configured one needs
// AZURE_ADDITIONALLY_ALLOWED_TENANTS (';' between, '*' for any);
// AZURE_IDENTITY_DISABLE_MULTITENANTAUTH=1 always gives the configured one. Errors:
// Code::tenant_mismatch, Code::identity_configuration for bad syntax. May give an empty tenant.
Result<std::string> choose_tenant(std::string_view configured, std::string_view requested,
                                  const Environment& environment);

}  // namespace kvlaunch
