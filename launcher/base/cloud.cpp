// Looking clouds up.
#include "launcher/base/cloud.hpp"

#include <algorithm>

#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

template <class Predicate>
const Cloud* find_cloud(Predicate matches) {
  const auto found = std::find_if(clouds.begin(), clouds.end(), matches);
  return found == clouds.end() ? nullptr : &*found;
}

}  // namespace

const Cloud& cloud_of(CloudName name) {
  return *find_cloud([&](const Cloud& cloud) { return cloud.name == name; });
}

const Cloud* cloud_named(std::string_view manifest_name) {
  return find_cloud([&](const Cloud& cloud) { return cloud.manifest_name == manifest_name; });
}

const Cloud* cloud_of_authority(std::string_view host) {
  return find_cloud([&](const Cloud& cloud) {
    return cloud.authority_host == host ||
           (!host.empty() &&
            std::find(cloud.authority_aliases.begin(), cloud.authority_aliases.end(), host) !=
                cloud.authority_aliases.end());
  });
}

const Cloud* cloud_of_vault_host(std::string_view host) {
  return find_cloud([&](const Cloud& cloud) {
    return host != cloud.vault_suffix && host_is_below(host, cloud.vault_suffix);
  });
}

bool is_known_clouds_scope(std::string_view scope) {
  const auto url = parse_url(scope);
  if (!url) return false;
  std::string_view host = url->host;
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::any_of(clouds.begin(), clouds.end(), [&](const Cloud& cloud) {
    return host_is_below(host, cloud.vault_suffix) || host_is_below(host, cloud.managed_hsm_suffix);
  });
}

}  // namespace kvlaunch
