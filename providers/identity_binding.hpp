// AKS identity bindings (preview): a proxy in the cluster that token requests go to instead of
// Entra. A pod with a binding has a token that Entra itself would refuse.
//
// Sources: azure-sdk-for-go sdk/azidentity/internal/customtokenproxy (variables, what excludes
// what, joined paths, rotation of the authorities); learn.microsoft.com/azure/aks/
// identity-bindings-concepts.
#pragma once

#include <optional>
#include <string>

#include "providers/context.hpp"
#include "providers/service_principal.hpp"

namespace kvlaunch {

// Has the cluster given this pod a binding?
bool has_identity_binding(const Environment& environment);

// The proxy as the variables describe it. Called by one thread at a time.
class IdentityBinding {
 public:
  explicit IdentityBinding(const ProviderContext& context) : context_(context) {}

  // Nothing where there is no binding: the same manifest then asks Entra directly. The file of
  // authorities is read each time, because the cluster rotates it; in the middle of that it is
  // empty, and what it held before still counts.
  // Errors: Code::identity_configuration for variables that contradict each other,
  // Code::credential_file for an unusable file, Code::deadline.
  Result<std::optional<TokenProxy>> proxy(const Deadline& deadline);

 private:
  Result<std::string> authorities(const Deadline& deadline);

  ProviderContext context_;
  std::string last_authorities_;
};

}  // namespace kvlaunch
