// Which hosts are Entra's and Azure Resource Manager's, who issues tokens there, and for what.
//
// Beyond launcher/base/cloud.hpp. Sources: Azure/azure-cli core/cloud.py (management hosts and
// their audiences); the `issuer` of each cloud's v1 openid-configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "launcher/base/cloud.hpp"

namespace devvault {

// localhost, a name below it, or a loopback address.
bool is_loopback_host(std::string_view host);

// The cloud whose login endpoint `request` addresses; over loopback devvault's own listener plays
// the public cloud's. Nothing: no login host.
std::optional<kvlaunch::CloudName> login_cloud(const Request& request);
std::optional<kvlaunch::CloudName> management_cloud(std::string_view host);
std::vector<std::string> login_hosts();
std::vector<std::string> management_hosts();

// The `iss` of an access token, which names the tenant: "https://sts.windows.net/TENANT/".
std::string token_issuer(kvlaunch::CloudName cloud, std::string_view tenant_id);

// Does the tenant know `resource` (as asked for, a trailing '/' allowed) in this cloud? Known are
// Key Vault, Managed HSM, Resource Manager and some more of Azure's own, each in its own cloud
// only; in every cloud the resources of vaults with hosts of their own, those listed under
// `resources:`, and api://CLIENT-ID of each identity.
bool resource_exists(const Config& config, kvlaunch::CloudName cloud, std::string_view resource);

// The audience of a vault's tokens, without trailing '/': of its cloud, or for a host of its own
// what `resource:` says, else "https://" and the host's parent domain (so that the clients' check,
// the vault below the resource, holds). `request` gives the port that the client sees.
std::string vault_resource(const Vault& vault, const Request& request);

// The tenants there are: the configured one and those of single vaults.
bool tenant_exists(const Config& config, std::string_view tenant_id);
const Identity* identity_of_client(const Config& config, std::string_view client_id);
// Whose token it is: the user's, else the application's.
const Identity* identity_of_token(const Config& config, std::string_view object_id,
                                  std::string_view client_id);
bool identity_is_in_tenant(const Identity& identity, std::string_view tenant_id);

}  // namespace devvault
