// Judging bearer tokens at a vault's door.
#include "devvault/vault_access.hpp"

#include "devvault/authorities.hpp"
#include "devvault/bearer.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::CloudName;

CloudName cloud_of(const Vault& vault) {
  const auto* cloud = kvlaunch::cloud_of_vault_host(vault.host);
  return cloud == nullptr ? CloudName::public_cloud : cloud->name;
}

bool same_resource(std::string_view left, std::string_view right) {
  if (left.ends_with('/')) left.remove_suffix(1);
  return kvlaunch::equal_ignoring_case(left, right);
}

}  // namespace

// The real service names login.windows.net in the public cloud, an alias of the login host; clients
// must take the tenant from it and little else (observed in recorded traffic).
std::string authority_of(const Vault& vault) {
  const CloudName cloud = cloud_of(vault);
  const std::string host{cloud == CloudName::public_cloud
                             ? std::string_view{"login.windows.net"}
                             : kvlaunch::cloud_of(cloud).authority_host};
  return "https://" + host + "/" + vault.tenant_id;
}

std::variant<Caller, Response> VaultAccess::admit(const Vault& vault, const Request& request) {
  const auto token = bearer_token(request);
  if (!token) {
    return unauthorized(vault, request, "AKV10000: Request is missing a Bearer or PoP token.");
  }
  const auto claims = tokens_.read(*token);
  const Identity* identity =
      claims ? identity_of_token(config_, claims->object_id, claims->client_id) : nullptr;
  if (identity == nullptr) {
    return unauthorized(vault, request,
                        "[BearerReadAccessTokenFailed] Error validating token: 'S2S12000'.");
  }
  const std::string resource = vault_resource(vault, request);
  if (!same_resource(claims->audience, resource)) {
    return unauthorized(
        vault, request,
        "AKV10022: Invalid audience. Expected " + resource + ", found: " + claims->audience + ".");
  }
  const std::string issuer = token_issuer(cloud_of(vault), vault.tenant_id);
  if (claims->issuer != issuer) {
    return unauthorized(
        vault, request,
        "AKV10032: Invalid issuer. Expected one of " + issuer + ", found " + claims->issuer + ".");
  }
  const std::int64_t now = epoch_seconds(now_());
  if (claims->expires <= now || claims->not_before > now) {
    return unauthorized(vault, request, "[TokenExpired] Error validating token: 'S2S12086'.");
  }
  Caller caller{identity, "appid=" + claims->client_id + ";oid=" + claims->object_id +
                              ";iss=" + claims->issuer};
  if (vault.refuses == "firewall") return key_vault::firewalled(vault, caller);
  if (vault.refuses == "connection") return key_vault::not_connected(vault, caller);
  return caller;
}

Response VaultAccess::unauthorized(const Vault& vault, const Request& request,
                                   const std::string& message) const {
  Response response = key_vault_error(401, "Unauthorized", message);
  response.headers.emplace_back("WWW-Authenticate",
                                challenge(authority_of(vault), vault_resource(vault, request)));
  return response;
}

bool is_permitted(const Vault& vault, const Caller& caller, const Permission& permission) {
  if (!vault.restricts_access) return true;
  const auto entry = vault.access.find(caller.identity->name);
  return entry != vault.access.end() && entry->second.contains(std::string{permission.name});
}

}  // namespace devvault
