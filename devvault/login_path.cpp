// Taking login paths apart and judging the tenant in them.
#include "devvault/login_path.hpp"

#include <algorithm>

#include "devvault/authorities.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

bool is_guid_or_domain(std::string_view tenant) {
  const bool fits = std::all_of(tenant.begin(), tenant.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  const bool guid = tenant.size() == 36 && std::count(tenant.begin(), tenant.end(), '-') == 4;
  return fits && (guid || tenant.find('.') != std::string_view::npos);
}

}  // namespace

std::optional<LoginPath> split_login_path(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  const auto tenant = kvlaunch::percent_decode(path.substr(0, slash));
  if (!tenant) return std::nullopt;
  return LoginPath{*tenant, path.substr(slash + 1)};
}

bool is_tenantless(std::string_view tenant) {
  return kvlaunch::equal_ignoring_case(tenant, "common") ||
         kvlaunch::equal_ignoring_case(tenant, "organizations") ||
         kvlaunch::equal_ignoring_case(tenant, "consumers");
}

std::optional<EntraError> refuse_tenant(const Config& config, const std::string& tenant) {
  if (kvlaunch::equal_ignoring_case(tenant, adfs) || is_tenantless(tenant) ||
      tenant_exists(config, tenant)) {
    return std::nullopt;
  }
  if (!is_guid_or_domain(tenant)) return entra::malformed_tenant(tenant);
  return entra::unknown_tenant(tenant);
}

std::string tenant_id_of(const Config& config, std::string_view tenant) {
  for (const auto& [host, vault] : config.vaults) {
    if (kvlaunch::equal_ignoring_case(vault.tenant_id, tenant)) return vault.tenant_id;
  }
  return config.tenant_id;
}

}  // namespace devvault
