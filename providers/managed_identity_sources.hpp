// The sources of managed identities that exist, each in a file of its own.
#pragma once

#include <memory>

#include "providers/identity_endpoint.hpp"

namespace kvlaunch {

// App Service, Functions, Container Apps, Automation (2019-08-01): IDENTITY_ENDPOINT and
// IDENTITY_HEADER.
std::unique_ptr<ManagedIdentitySource> make_app_service_2019(const IdentitySelector& selector,
                                                             const ProviderContext& context);
// Older App Service, and Azure ML, which speaks the same (2017-09-01): MSI_ENDPOINT and MSI_SECRET.
std::unique_ptr<ManagedIdentitySource> make_app_service_2017(const IdentitySelector& selector,
                                                             const ProviderContext& context);
// Virtual machines, AKS nodes, Container Instances.
std::unique_ptr<ManagedIdentitySource> make_imds(const IdentitySelector& selector,
                                                 const ProviderContext& context);

}  // namespace kvlaunch
