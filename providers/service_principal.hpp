// An app in a tenant, and the three ways it proves who it is. Shared by the providers that end at
// Entra with a credential of an app; where the credential comes from is theirs.
//
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
#pragma once

#include <optional>
#include <string>

#include "launcher/base/identity_spec.hpp"
#include "providers/assertion.hpp"
#include "providers/context.hpp"
#include "providers/entra.hpp"

namespace kvlaunch {

// Something between here and Entra that takes token requests in its place.
struct TokenProxy {
  Url url;  // without query; the endpoint's path is appended to its own
  TlsTrust trust{};
};

struct ServicePrincipal {
  Url authority;
  std::string tenant;
  std::string client_id;
  std::optional<TokenProxy> proxy{};  // of foreign assertions only
};

// What an identity's settings and the AZURE_... variables say; settings win. Empty where neither
// does.
struct PrincipalSettings {
  std::string tenant_id;
  std::string client_id;
};
PrincipalSettings principal_settings(const IdentitySpec& spec, const Environment& environment);

// Checks the tenant against `request`, and the authority. Both settings must be there.
Result<ServicePrincipal> service_principal(const PrincipalSettings& settings,
                                           const IdentitySpec& spec, const TokenRequest& request,
                                           const ProviderContext& context);

Outcome token_by_secret(World& world, const ServicePrincipal& principal,
                        const TokenRequest& request, const Secret& secret,
                        const Deadline& deadline);

// Repeats once with corrected times when Entra says that this machine's clock is off.
Outcome token_by_certificate(World& world, const ServicePrincipal& principal,
                             const TokenRequest& request, const SigningCertificate& certificate,
                             CertificateChain chain, const Deadline& deadline);

// `assertion` is a foreign token, passed on as it is. A refusal names its issuer, subject and
// audience, because those three are what a federated credential compares.
EntraAnswer answer_to_assertion(World& world, const ServicePrincipal& principal,
                                const TokenRequest& request, const Secret& assertion,
                                const Deadline& deadline);
Outcome outcome_of(EntraAnswer answer);
// Both in one.
Outcome token_by_assertion(World& world, const ServicePrincipal& principal,
                           const TokenRequest& request, const Secret& assertion,
                           const Deadline& deadline);

}  // namespace kvlaunch
