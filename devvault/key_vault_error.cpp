// The refusals one by one.
#include "devvault/key_vault_error.hpp"

#include "devvault/json_object.hpp"
#include "devvault/made_up.hpp"

namespace devvault {
namespace {

constexpr std::string_view region = "westeurope";
constexpr std::string_view service_version = "1.9.2512.1";

std::string located(const Vault& vault) {
  return vault.name + ";location=" + std::string{region};
}

Response forbidden(const std::string& message, std::string_view inner) {
  return key_vault_error(403, "Forbidden", message, inner);
}

}  // namespace

Response key_vault_error(int status, std::string_view code, const std::string& message,
                         std::string_view inner) {
  JsonObject error;
  error.text("code", code).text("message", message);
  if (!inner.empty()) error.raw("innererror", JsonObject{}.text("code", inner).str());
  return Response::json(status, JsonObject{}.raw("error", error.str()).str());
}

std::string challenge(std::string_view authority, std::string_view resource) {
  return "Bearer authorization=\"" + std::string{authority} + "\", resource=\"" +
         std::string{resource} + "\"";
}

void add_key_vault_headers(Response& response, const Request& request) {
  response.headers.insert(
      response.headers.end(),
      {{"Cache-Control", "no-cache"},
       {"Pragma", "no-cache"},
       {"Expires", "-1"},
       {"x-ms-keyvault-region", std::string{region}},
       {"x-ms-request-id", random_guid()},
       {"x-ms-keyvault-service-version", std::string{service_version}},
       {"x-ms-keyvault-network-info", "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;"},
       {"Strict-Transport-Security", "max-age=31536000;includeSubDomains"},
       {"X-Content-Type-Options", "nosniff"}});
  if (const auto id = request.header("x-ms-client-request-id")) {
    response.headers.emplace_back("x-ms-client-request-id", *id);
  }
}

namespace key_vault {

Response bad_parameter(const std::string& message) {
  return key_vault_error(400, "BadParameter", message);
}

Response not_permitted(const Vault& vault, const Caller& caller, const Permission& permission,
                       const std::string& secret) {
  if (!vault.rbac) {
    return forbidden("The user, group or application '" + caller.description +
                         "' does not have secrets " + std::string{permission.name} +
                         " permission on key vault '" + located(vault) +
                         "'. For help resolving this issue, please see "
                         "https://go.microsoft.com/fwlink/?linkid=2125287",
                     "ForbiddenByPolicy");
  }
  return forbidden(
      "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny "
      "assignments or role definitions were changed recently, please observe propagation time.\r\n"
      "Caller: " +
          caller.description + "\r\nAction: 'Microsoft.KeyVault/vaults/secrets/" +
          std::string{permission.action} + "'\r\nResource: '/subscriptions/" +
          made_up_guid("subscription") +
          "/resourcegroups/devvault/providers/microsoft.keyvault/vaults/" + vault.name +
          (secret.empty() ? "" : "/secrets/" + secret) +
          "'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\n"
          "Vault: " +
          located(vault) + "\r\n",
      "ForbiddenByRbac");
}

Response firewalled(const Vault& vault, const Caller& caller) {
  return forbidden(
      "Client address is not authorized and caller is not a trusted service.\r\nClient address: "
      "127.0.0.1\r\nCaller: " +
          caller.description + "\r\nVault: " + located(vault),
      "ForbiddenByFirewall");
}

Response not_connected(const Vault& vault, const Caller& caller) {
  return forbidden(
      "Public network access is disabled and request is not from a trusted service nor via an "
      "approved private link.\r\nCaller: " +
          caller.description + "\r\nVault: " + located(vault),
      "ForbiddenByConnection");
}

Response secret_disabled() {
  return forbidden("Operation get is not allowed on a disabled secret.", "SecretDisabled");
}

Response secret_not_found(const std::string& name) {
  return key_vault_error(
      404, "SecretNotFound",
      "A secret with (name/id) " + name +
          " was not found in this key vault. If you recently deleted this secret you may be able "
          "to recover it using the correct recovery command. For help resolving this issue, please "
          "see https://go.microsoft.com/fwlink/?linkid=2125182");
}

Response deleted_secret_not_found(const std::string& name) {
  return key_vault_error(404, "SecretNotFound", "Deleted Secret not found: " + name);
}

Response deleted_but_recoverable(const std::string& name) {
  return key_vault_error(409, "Conflict",
                         "Secret " + name +
                             " is currently in a deleted but recoverable state, and its name "
                             "cannot be reused; in this state, the secret can only be recovered or "
                             "purged.",
                         "ObjectIsDeletedButRecoverable");
}

Response throttled() {
  return key_vault_error(429, "Throttled",
                         "Request was not processed because too many requests were received. "
                         "Reason: VaultRequestTypeLimitReached");
}

Response method_not_allowed(const std::string& method) {
  return key_vault_error(405, "MethodNotAllowed", "Method " + method + " is not allowed here.");
}

Response not_served(const std::string& what) {
  return key_vault_error(404, "NotServedByDevvault", "devvault does not serve " + what + ".");
}

}  // namespace key_vault
}  // namespace devvault
