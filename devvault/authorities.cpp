// The tables of hosts and resources, and lookups in the configuration that belong to them.
#include "devvault/authorities.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::CloudName;
using kvlaunch::equal_ignoring_case;

struct Management {
  CloudName cloud;
  std::string_view host;
  std::string_view issuer_origin;
};

constexpr std::array<Management, 3> managements{{
    {CloudName::public_cloud, "management.azure.com", "https://sts.windows.net/"},
    {CloudName::us_government, "management.usgovcloudapi.net", "https://sts.windows.net/"},
    {CloudName::china, "management.chinacloudapi.cn", "https://sts.chinacloudapi.cn/"},
}};

struct KnownResource {
  CloudName cloud;
  std::string_view url;
};

// Azure's own resources beside the vaults; learn.microsoft.com lists them per service.
constexpr std::array<KnownResource, 20> known_resources{{
    {CloudName::public_cloud, "https://management.azure.com"},
    {CloudName::public_cloud, "https://management.core.windows.net"},
    {CloudName::public_cloud, "https://graph.microsoft.com"},
    {CloudName::public_cloud, "https://storage.azure.com"},
    {CloudName::public_cloud, "https://database.windows.net"},
    {CloudName::public_cloud, "https://ossrdbms-aad.database.windows.net"},
    {CloudName::public_cloud, "https://servicebus.azure.net"},
    {CloudName::public_cloud, "https://eventhubs.azure.net"},
    {CloudName::public_cloud, "https://cosmos.azure.com"},
    {CloudName::public_cloud, "https://cognitiveservices.azure.com"},
    {CloudName::public_cloud, "https://azconfig.io"},
    {CloudName::public_cloud, "https://redis.azure.com"},
    {CloudName::us_government, "https://management.usgovcloudapi.net"},
    {CloudName::us_government, "https://management.core.usgovcloudapi.net"},
    {CloudName::us_government, "https://graph.microsoft.us"},
    {CloudName::us_government, "https://database.usgovcloudapi.net"},
    {CloudName::china, "https://management.chinacloudapi.cn"},
    {CloudName::china, "https://management.core.chinacloudapi.cn"},
    {CloudName::china, "https://microsoftgraph.chinacloudapi.cn"},
    {CloudName::china, "https://database.chinacloudapi.cn"},
}};

std::string_view without_slash(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

bool is_own_host(const Vault& vault) {
  return kvlaunch::cloud_of_vault_host(vault.host) == nullptr;
}

// "https://internal" for vault.internal; an address or a single label stands for itself.
std::string parent_resource(const std::string& host) {
  const std::size_t dot = host.find('.');
  if (dot == std::string::npos || kvlaunch::is_address_literal(host)) return "https://" + host;
  return "https://" + host.substr(dot + 1);
}

bool belongs_to_own_host(const Vault& vault, std::string_view resource) {
  if (!is_own_host(vault)) return false;
  if (!vault.resource.empty()) return equal_ignoring_case(without_slash(vault.resource), resource);
  // The port is the client's affair: with any port it is the same resource.
  const auto asked = kvlaunch::parse_url(resource);
  return asked.ok() && "https://" + asked->host == parent_resource(vault.host);
}

bool is_cloud_resource(const kvlaunch::Cloud& cloud, std::string_view resource) {
  const auto is_host = [&](std::string_view host) {
    return equal_ignoring_case(resource, "https://" + std::string{host});
  };
  return is_host(cloud.vault_suffix) || is_host(cloud.managed_hsm_suffix) ||
         std::any_of(known_resources.begin(), known_resources.end(), [&](const auto& known) {
           return known.cloud == cloud.name && equal_ignoring_case(known.url, resource);
         });
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  return kvlaunch::host_is_below(host, "localhost") || host == "::1" ||
         (host.starts_with("127.") && kvlaunch::is_address_literal(host));
}

std::optional<CloudName> login_cloud(const Request& request) {
  if (is_loopback_host(request.host)) return CloudName::public_cloud;
  const auto* cloud = kvlaunch::cloud_of_authority(request.host);
  if (cloud == nullptr || request.scheme != "https") return std::nullopt;
  return cloud->name;
}

std::optional<CloudName> management_cloud(std::string_view host) {
  for (const Management& management : managements) {
    if (management.host == host) return management.cloud;
  }
  return std::nullopt;
}

std::vector<std::string> login_hosts() {
  std::vector<std::string> hosts;
  for (const auto& cloud : kvlaunch::clouds) {
    hosts.emplace_back(cloud.authority_host);
    for (const std::string_view alias : cloud.authority_aliases) {
      if (!alias.empty()) hosts.emplace_back(alias);
    }
  }
  return hosts;
}

std::vector<std::string> management_hosts() {
  std::vector<std::string> hosts;
  for (const Management& management : managements) hosts.emplace_back(management.host);
  return hosts;
}

std::string token_issuer(CloudName cloud, std::string_view tenant_id) {
  const auto found = std::find_if(managements.begin(), managements.end(),
                                  [&](const Management& entry) { return entry.cloud == cloud; });
  return std::string{found->issuer_origin} + std::string{tenant_id} + "/";
}

bool resource_exists(const Config& config, CloudName cloud, std::string_view asked) {
  const std::string_view resource = without_slash(asked);
  const auto is_listed = [&](const std::string& listed) {
    return equal_ignoring_case(without_slash(listed), resource);
  };
  return is_cloud_resource(kvlaunch::cloud_of(cloud), resource) ||
         std::any_of(config.resources.begin(), config.resources.end(), is_listed) ||
         std::any_of(
             config.vaults.begin(), config.vaults.end(),
             [&](const auto& entry) { return belongs_to_own_host(entry.second, resource); }) ||
         std::any_of(config.identities.begin(), config.identities.end(), [&](const auto& entry) {
           return equal_ignoring_case("api://" + entry.second.client_id, resource);
         });
}

std::string vault_resource(const Vault& vault, const Request& request) {
  if (!vault.resource.empty()) return std::string{without_slash(vault.resource)};
  if (const auto* cloud = kvlaunch::cloud_of_vault_host(vault.host)) {
    return "https://" + std::string{cloud->vault_suffix};
  }
  std::string resource = parent_resource(vault.host);
  if (request.port != 0 && request.port != 443) resource += ":" + std::to_string(request.port);
  return resource;
}

bool tenant_exists(const Config& config, std::string_view tenant_id) {
  return equal_ignoring_case(config.tenant_id, tenant_id) ||
         std::any_of(config.vaults.begin(), config.vaults.end(), [&](const auto& entry) {
           return equal_ignoring_case(entry.second.tenant_id, tenant_id);
         });
}

const Identity* identity_of_client(const Config& config, std::string_view client_id) {
  for (const auto& [name, identity] : config.identities) {
    if (equal_ignoring_case(identity.client_id, client_id)) return &identity;
  }
  return nullptr;
}

const Identity* identity_of_token(const Config& config, std::string_view object_id,
                                  std::string_view client_id) {
  for (const auto& [name, user] : config.users) {
    const Identity& identity = config.identities.at(name);
    if (equal_ignoring_case(identity.object_id, object_id)) return &identity;
  }
  return identity_of_client(config, client_id);
}

bool identity_is_in_tenant(const Identity& identity, std::string_view tenant_id) {
  return identity.tenants.empty() || std::any_of(identity.tenants.begin(), identity.tenants.end(),
                                                 [&](const std::string& tenant) {
                                                   return equal_ignoring_case(tenant, tenant_id);
                                                 });
}

}  // namespace devvault
