// Refusals of the Key Vault data plane: {"error":{"code","message","innererror"}}.
//
// Sources: MicrosoftDocs/azure-security-docs
// key-vault/general/{rest-error-codes,common-error-codes,
// rbac-guide,authentication-requests-and-responses}.md and messages quoted in public issues.
#pragma once

#include <string>
#include <string_view>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"

namespace devvault {

// `inner` empty: no innererror. Also what fault rules answer with.
Response key_vault_error(int status, std::string_view code, const std::string& message,
                         std::string_view inner = {});

// The value of WWW-Authenticate.
std::string challenge(std::string_view authority, std::string_view resource);

// The headers that every answer of a vault carries.
void add_key_vault_headers(Response& response, const Request& request);

// Who asks, as the messages spell it: "appid=...;oid=...;iss=...".
struct Caller {
  const Identity* identity = nullptr;
  std::string description;
};

// One permission on secrets, as devvault.yaml, access policies and RBAC call it.
struct Permission {
  std::string_view name;    // get
  std::string_view action;  // Microsoft.KeyVault/vaults/secrets/ACTION
};

namespace key_vault {

inline constexpr Permission get{"get", "getSecret/action"};
inline constexpr Permission list{"list", "readMetadata/action"};
inline constexpr Permission set{"set", "setSecret/action"};
inline constexpr Permission remove{"delete", "delete"};
inline constexpr Permission recover{"recover", "recover/action"};
inline constexpr Permission purge{"purge", "purge/action"};

Response bad_parameter(const std::string& message);
Response not_permitted(const Vault& vault, const Caller& caller, const Permission& permission,
                       const std::string& secret);
Response firewalled(const Vault& vault, const Caller& caller);
Response not_connected(const Vault& vault, const Caller& caller);
Response secret_disabled();
// `name` with its version, if one was asked for.
Response secret_not_found(const std::string& name);
Response deleted_secret_not_found(const std::string& name);
Response deleted_but_recoverable(const std::string& name);
Response throttled();
Response method_not_allowed(const std::string& method);
// What Azure has and devvault has not.
Response not_served(const std::string& what);

}  // namespace key_vault
}  // namespace devvault
