// The sources of managed identities that exist, each in a file of its own.
#pragma once

#include <memory>

#include "providers/identity_endpoint.hpp"

namespace kvlaunch {

using SourceFactory = std::unique_ptr<ManagedIdentitySource>(const IdentitySelector& selector,
                                                             const ProviderContext& context);

// Service Fabric: IDENTITY_ENDPOINT, IDENTITY_HEADER and IDENTITY_SERVER_THUMBPRINT.
SourceFactory make_service_fabric;
// App Service, Functions, Container Apps, Automation (2019-08-01): IDENTITY_ENDPOINT and
// IDENTITY_HEADER.
SourceFactory make_app_service_2019;
// Older App Service, and Azure ML, which speaks the same (2017-09-01): MSI_ENDPOINT and MSI_SECRET.
SourceFactory make_app_service_2017;
// Azure Cloud Shell: MSI_ENDPOINT.
SourceFactory make_cloud_shell;
// Machines that Azure Arc connects: IDENTITY_ENDPOINT and IMDS_ENDPOINT, or the agent's file.
SourceFactory make_azure_arc;
// Virtual machines, AKS nodes, Container Instances.
SourceFactory make_imds;

}  // namespace kvlaunch
