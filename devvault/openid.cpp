// Metadata documents of the login hosts.
#include "devvault/openid.hpp"

#include <algorithm>
#include <array>

#include "devvault/authorities.hpp"
#include "devvault/json_object.hpp"
#include "devvault/login_path.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::string_view v1_metadata = ".well-known/openid-configuration";
constexpr std::string_view v2_metadata = "v2.0/.well-known/openid-configuration";
constexpr std::string_view v1_keys = "discovery/keys";
constexpr std::string_view v2_keys = "discovery/v2.0/keys";
constexpr std::string_view instance = "discovery/instance";

struct Instance {
  std::string_view preferred_network, preferred_cache;
  std::array<std::string_view, 4> aliases;  // empty strings fill up
};

// As login.microsoftonline.com answers it, for the clouds devvault plays.
constexpr std::array<Instance, 3> instances{{
    {"login.microsoftonline.com",
     "login.windows.net",
     {"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"}},
    {"login.partner.microsoftonline.cn",
     "login.partner.microsoftonline.cn",
     {"login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "", ""}},
    {"login.microsoftonline.us",
     "login.microsoftonline.us",
     {"login.microsoftonline.us", "login.usgovcloudapi.net", "", ""}},
}};

std::string instances_json() {
  std::vector<std::string> elements;
  for (const Instance& entry : instances) {
    std::vector<std::string> aliases;
    for (const std::string_view alias : entry.aliases) {
      if (!alias.empty()) aliases.emplace_back(alias);
    }
    elements.push_back(JsonObject{}
                           .text("preferred_network", entry.preferred_network)
                           .text("preferred_cache", entry.preferred_cache)
                           .raw("aliases", json_texts(aliases))
                           .str());
  }
  return json_array(elements);
}

struct Endpoints {
  std::string issuer, oauth, keys;
};

Endpoints endpoints_of(const Config& config, const Request& request, const LoginPath& path) {
  const std::string base = request.origin() + "/" + path.tenant;
  const std::string tenant_id = tenant_id_of(config, path.tenant);
  if (kvlaunch::equal_ignoring_case(path.tenant, adfs)) {
    return {base, base + "/oauth2", base + "/discovery/keys"};
  }
  if (path.rest == v2_metadata) {
    // Without a tenant the real one leaves a placeholder in its place, as written here.
    return {
        request.origin() + "/" + (is_tenantless(path.tenant) ? "{tenantid}" : tenant_id) + "/v2.0",
        base + "/oauth2/v2.0", base + "/discovery/v2.0/keys"};
  }
  const std::string issuer =
      is_loopback_host(request.host) ? base + "/" : token_issuer(*login_cloud(request), tenant_id);
  return {issuer, base + "/oauth2", base + "/discovery/keys"};
}

bool is_known_instance(std::string_view endpoint) {
  const auto url = kvlaunch::parse_url(endpoint);
  return url.ok() && url->scheme == "https" &&
         (is_loopback_host(url->host) || kvlaunch::cloud_of_authority(url->host) != nullptr);
}

}  // namespace

bool OpenId::serves(const Request& request) const {
  const auto path = split_login_path(request.path);
  if (!path || !login_cloud(request)) return false;
  const std::array known{v1_metadata, v2_metadata, v1_keys, v2_keys, instance};
  return std::find(known.begin(), known.end(), path->rest) != known.end();
}

Response OpenId::answer(const Request& request) {
  const auto path = split_login_path(request.path);
  if (path->rest == instance) return instance_discovery(request);
  if (auto refused = refuse_tenant(config_, path->tenant)) {
    refused->error = "invalid_tenant";
    return refuse(*refused, request, now_());
  }
  if (path->rest == v1_keys || path->rest == v2_keys) return Response::json(200, tokens_.jwks());
  return metadata(request);
}

Response OpenId::metadata(const Request& request) const {
  const auto path = split_login_path(request.path);
  const Endpoints endpoints = endpoints_of(config_, request, *path);
  const kvlaunch::Cloud& cloud = kvlaunch::cloud_of(*login_cloud(request));
  return Response::json(
      200,
      JsonObject{}
          .text("token_endpoint", endpoints.oauth + "/token")
          .raw("token_endpoint_auth_methods_supported",
               json_texts({"client_secret_post", "private_key_jwt"}))
          .text("jwks_uri", endpoints.keys)
          .raw("response_modes_supported", json_texts({"query", "fragment", "form_post"}))
          .raw("subject_types_supported", json_texts({"pairwise"}))
          .raw("id_token_signing_alg_values_supported", json_texts({"RS256"}))
          .raw("response_types_supported", json_texts({"code", "id_token", "token"}))
          .raw("scopes_supported", json_texts({"openid", "profile", "email", "offline_access"}))
          .text("issuer", endpoints.issuer)
          .text("authorization_endpoint", endpoints.oauth + "/authorize")
          .text("device_authorization_endpoint", endpoints.oauth + "/devicecode")
          .text("tenant_region_scope", "EU")
          .text("cloud_instance_name", cloud.authority_host)
          .str());
}

Response OpenId::instance_discovery(const Request& request) const {
  const std::string endpoint{request.query_value("authorization_endpoint").value_or("")};
  if (!is_known_instance(endpoint)) return refuse(entra::unknown_instance(), request, now_());
  const auto asked = kvlaunch::parse_url(endpoint);
  const auto path = split_login_path(asked->path());
  const std::string tenant = path ? path->tenant : "common";
  return Response::json(
      200, JsonObject{}
               .text("tenant_discovery_endpoint",
                     asked->origin() + "/" + tenant + "/v2.0/.well-known/openid-configuration")
               .text("api-version", "1.1")
               .raw("metadata", instances_json())
               .str());
}

}  // namespace devvault
