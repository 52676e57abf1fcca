// Selecting a managed identity and making its token.
#include "devvault/managed_identity.hpp"

#include "devvault/authorities.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view imds_address = "169.254.169.254";

struct Selector {
  std::string Identity::*member;
  std::string value;
};

std::vector<Selector> selectors_in(const Request& request, const SelectorNames& names) {
  std::vector<Selector> found;
  const auto look_for = [&](std::string_view name, std::string Identity::*member) {
    const auto value = name.empty() ? std::nullopt : request.query_value(name);
    if (value && !value->empty()) found.push_back({member, std::string{*value}});
  };
  look_for(names.client_id, &Identity::client_id);
  for (const std::string_view name : names.object_id) look_for(name, &Identity::object_id);
  look_for(names.resource_id, &Identity::resource_id);
  return found;
}

std::variant<const Identity*, SelectionFailure> unselected(const Config& config) {
  const Identity* only = nullptr;
  int count = 0;
  for (const auto& [name, identity] : config.identities) {
    if (!identity.managed) continue;
    if (identity.system_assigned) return &identity;
    only = &identity;
    ++count;
  }
  if (count == 0) return SelectionFailure::unknown;
  if (count > 1) return SelectionFailure::ambiguous;
  return only;
}

}  // namespace

std::variant<const Identity*, SelectionFailure> select_identity(const Config& config,
                                                                const Request& request,
                                                                const SelectorNames& names) {
  const std::vector<Selector> selectors = selectors_in(request, names);
  if (selectors.empty()) return unselected(config);
  if (selectors.size() > 1) return SelectionFailure::too_many;
  const Selector& selector = selectors.front();
  for (const auto& [name, identity] : config.identities) {
    if (identity.managed &&
        kvlaunch::equal_ignoring_case(identity.*selector.member, selector.value)) {
      return &identity;
    }
  }
  return SelectionFailure::unknown;
}

const Identity* identity_on(const Config& config, Platform platform) {
  const auto has = [&](const std::string& name) -> const Identity* {
    const auto found = config.identities.find(name);
    const bool fits = found != config.identities.end() && found->second.managed &&
                      found->second.platform == platform;
    return fits ? &found->second : nullptr;
  };
  if (const Identity* const chosen = has(config.default_identity)) return chosen;
  for (const std::string& name : config.identity_order) {
    if (const Identity* const identity = has(name)) return identity;
  }
  return nullptr;
}

std::optional<AccessToken> managed_token(const Config& config, const TokenIssuer& tokens,
                                         const Identity& identity, const std::string& resource) {
  for (const kvlaunch::Cloud& cloud : kvlaunch::clouds) {
    if (!resource_exists(config, cloud.name, resource)) continue;
    return tokens.issue({.identity = &identity,
                         .resource = resource,
                         .issuer = token_issuer(cloud.name, config.tenant_id),
                         .tenant_id = config.tenant_id,
                         .proof = Proof::managed_identity});
  }
  return std::nullopt;
}

bool addresses_this_node(const Request& request) {
  return request.scheme == "http" &&
         (request.host == imds_address || is_loopback_host(request.host));
}

}  // namespace devvault
