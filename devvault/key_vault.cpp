// Routing of a vault's requests and the operations on secrets.
#include "devvault/key_vault.hpp"

#include <algorithm>
#include <array>

#include "devvault/authorities.hpp"
#include "devvault/paging.hpp"
#include "devvault/secret_json.hpp"
#include "devvault/secret_name.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

// Azure/azure-rest-api-specs keyvault/data-plane/Secrets, and the retired versions that old clients
// still send. Previews come and go: any is taken.
constexpr std::array<std::string_view, 13> api_versions{
    "2015-06-01", "2016-10-01", "7.0",        "7.1",        "7.2",        "7.3",       "7.4",
    "7.5",        "7.6",        "2025-06-01", "2025-07-01", "2025-10-01", "2026-04-01"};

bool is_api_version(std::string_view version) {
  return std::find(api_versions.begin(), api_versions.end(), version) != api_versions.end() ||
         ((version.starts_with("7.") || version.starts_with("20")) &&
          version.find("-preview") != std::string_view::npos);
}

// Empty segments do not count: the service takes "//secrets/NAME/" like "/secrets/NAME", and the
// SDKs send both.
std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(segment.size() + 1, path.size()));
    if (segment.empty()) continue;
    const auto decoded = kvlaunch::percent_decode(segment);
    segments.push_back(decoded ? *decoded : std::string{segment});
  }
  return segments;
}

std::string known_vaults(const Config& config) {
  std::string names;
  for (const auto& [host, vault] : config.vaults) names += (names.empty() ? "" : ", ") + host;
  return names.empty() ? "none" : names;
}

}  // namespace

KeyVault::KeyVault(const Config& config, TokenIssuer& tokens, SecretStore& store, Now now)
    : config_(config), store_(store), access_(config, tokens, now) {}

bool KeyVault::serves(const Request& request) const {
  return config_.vaults.contains(request.host) ||
         kvlaunch::cloud_of_vault_host(request.host) != nullptr;
}

Response KeyVault::answer(const Request& request) {
  const auto vault = config_.vaults.find(request.host);
  Response response = vault == config_.vaults.end()
                          ? key_vault_error(404, "VaultNotFound",
                                            "No vault " + request.host +
                                                " is configured in devvault.yaml; there are: " +
                                                known_vaults(config_) + ".")
                          : dispatch(vault->second, request);
  add_key_vault_headers(response, request);
  return response;
}

Response KeyVault::dispatch(const Vault& vault, const Request& request) {
  const std::vector<std::string> path = segments_of(request.path);
  if (path.size() == 1 && path[0] == "healthstatus") {
    return Response::json(200, R"({"message":"OK"})");
  }
  auto admitted = access_.admit(vault, request);
  if (auto* refusal = std::get_if<Response>(&admitted)) return std::move(*refusal);
  const auto api_version = request.query_value("api-version");
  if (!api_version || api_version->empty()) {
    return key_vault::bad_parameter("The query parameter 'api-version' is required.");
  }
  if (!is_api_version(*api_version)) {
    return key_vault::bad_parameter("The specified version (" + std::string{*api_version} +
                                    ") is not recognized. Consider using the latest supported "
                                    "version (2025-07-01).");
  }
  if (path.empty()) return key_vault::not_served("the path '/'");
  Call call{vault, request, std::get<Caller>(std::move(admitted)), path.size() > 1 ? path[1] : "",
            ""};
  if (path.size() > 1 && !is_secret_name(call.name)) {
    return key_vault::bad_parameter("The request URI contains an invalid name: " + call.name);
  }
  if (path[0] == "secrets") return secrets(call, path);
  if (path[0] == "deletedsecrets") return deleted_secrets(call, path);
  if (path[0] == "certificates" || path[0] == "keys") {
    return key_vault::not_served("/" + path[0] + " yet: secrets only");
  }
  return key_vault::not_served("/" + path[0]);
}

Response KeyVault::run(const Call& call, const Permission& permission, Operation operation) {
  if (!is_permitted(call.vault, call.caller, permission)) {
    return key_vault::not_permitted(call.vault, call.caller, permission, call.name);
  }
  return (this->*operation)(call);
}

Response KeyVault::secrets(Call& call, const std::vector<std::string>& path) {
  const std::string& method = call.request.method;
  if (path.size() == 1 && method == "GET") return run(call, key_vault::list, &KeyVault::list);
  if (path.size() == 1) return key_vault::method_not_allowed(method);
  if (path.size() == 2) return one_secret(call);
  if (path.size() > 3) return key_vault::not_served(call.request.path);
  if (path[2] == "versions" && method == "GET") {
    return run(call, key_vault::list, &KeyVault::list_versions);
  }
  if (path[2] == "backup" || path[1] == "restore") {
    return key_vault::not_served("backup and restore");
  }
  if (!is_secret_version(path[2])) {
    return key_vault::bad_parameter("The request URI contains an invalid version: " + path[2]);
  }
  call.version = path[2];
  return one_secret(call);
}

Response KeyVault::one_secret(const Call& call) {
  const std::string& method = call.request.method;
  if (method == "GET") return run(call, key_vault::get, &KeyVault::get);
  if (method == "PATCH") return run(call, key_vault::set, &KeyVault::update);
  if (method == "PUT" && call.version.empty()) return run(call, key_vault::set, &KeyVault::set);
  if (method == "DELETE" && call.version.empty()) {
    return run(call, key_vault::remove, &KeyVault::remove);
  }
  return key_vault::method_not_allowed(method);
}

Response KeyVault::deleted_secrets(const Call& call, const std::vector<std::string>& path) {
  const std::string& method = call.request.method;
  if (path.size() == 1 && method == "GET") {
    return run(call, key_vault::list, &KeyVault::list_deleted);
  }
  if (path.size() == 2 && method == "GET") return run(call, key_vault::get, &KeyVault::get_deleted);
  if (path.size() == 2 && method == "DELETE") return run(call, key_vault::purge, &KeyVault::purge);
  if (path.size() == 3 && path[2] == "recover" && method == "POST") {
    return run(call, key_vault::recover, &KeyVault::recover);
  }
  return key_vault::method_not_allowed(method);
}

Response KeyVault::get(const Call& call) {
  const auto secret = store_.find(call.vault.host, call.name, Which::live);
  const SecretVersion* found = secret ? version_of(*secret, call.version) : nullptr;
  if (found == nullptr) {
    return key_vault::secret_not_found(call.full_name());
  }
  // Also for the latest version: the service does not fall back to an older enabled one. Dates are
  // the client's to check: outside nbf and exp the service answers all the same.
  if (!found->enabled) return key_vault::secret_disabled();
  return Response::json(200, bundle_json(call.request.origin(), *secret, *found));
}

Response KeyVault::list(const Call& call) {
  const std::string origin = call.request.origin();
  std::vector<std::pair<std::string, std::string>> items;
  for (const SecretObject& secret : store_.list(call.vault.host, Which::live)) {
    items.emplace_back(kvlaunch::to_lower(secret.name),
                       item_json(secret.versions.back(), secret_id(origin, secret, "")));
  }
  return page_of(call.request, items);
}

// In the order of the version strings, which is no order in time: clients must sort by `created`.
Response KeyVault::list_versions(const Call& call) {
  const auto secret = store_.find(call.vault.host, call.name, Which::live);
  if (!secret) return key_vault::secret_not_found(call.name);
  const std::string origin = call.request.origin();
  std::vector<std::pair<std::string, std::string>> items;
  for (const SecretVersion& version : secret->versions) {
    items.emplace_back(version.version,
                       item_json(version, secret_id(origin, *secret, version.version)));
  }
  std::sort(items.begin(), items.end());
  return page_of(call.request, items);
}

Response KeyVault::set(const Call& call) {
  std::string problem;
  const auto change = read_change(call.request.body, problem);
  if (!change) return key_vault::bad_parameter(problem);
  if (!change->value) return key_vault::bad_parameter("The property 'value' is required.");
  SecretVersion version;
  change->apply_to(version);
  const auto secret = store_.set(call.vault.host, call.name, std::move(version));
  if (!secret) return key_vault::deleted_but_recoverable(call.name);
  return Response::json(200, bundle_json(call.request.origin(), *secret, secret->versions.back()));
}

Response KeyVault::update(const Call& call) {
  std::string problem;
  auto change = read_change(call.request.body, problem);
  if (!change) return key_vault::bad_parameter(problem);
  change->value.reset();  // attributes only: a new value is a new version
  const auto secret = store_.update(call.vault.host, call.name, call.version,
                                    [&](SecretVersion& changed) { change->apply_to(changed); });
  if (!secret) return key_vault::secret_not_found(call.full_name());
  const SecretVersion& changed = *version_of(*secret, call.version);
  return Response::json(
      200, item_json(changed, secret_id(call.request.origin(), *secret, changed.version)));
}

Response KeyVault::remove(const Call& call) {
  const auto secret = store_.remove(call.vault.host, call.name);
  if (!secret) return key_vault::secret_not_found(call.name);
  return Response::json(200, deleted_json(call.request.origin(), *secret, DeletedForm::bundle));
}

Response KeyVault::list_deleted(const Call& call) {
  std::vector<std::pair<std::string, std::string>> items;
  for (const SecretObject& secret : store_.list(call.vault.host, Which::deleted)) {
    items.emplace_back(kvlaunch::to_lower(secret.name),
                       deleted_json(call.request.origin(), secret, DeletedForm::item));
  }
  return page_of(call.request, items);
}

Response KeyVault::get_deleted(const Call& call) {
  const auto secret = store_.find(call.vault.host, call.name, Which::deleted);
  if (!secret) return key_vault::deleted_secret_not_found(call.name);
  return Response::json(200, deleted_json(call.request.origin(), *secret, DeletedForm::bundle));
}

Response KeyVault::recover(const Call& call) {
  const auto secret = store_.recover(call.vault.host, call.name);
  if (!secret) return key_vault::deleted_secret_not_found(call.name);
  const SecretVersion& current = secret->versions.back();
  return Response::json(
      200, item_json(current, secret_id(call.request.origin(), *secret, current.version)));
}

Response KeyVault::purge(const Call& call) {
  if (!store_.purge(call.vault.host, call.name))
    return key_vault::deleted_secret_not_found(call.name);
  return Response{204, {}, ""};
}

}  // namespace devvault
