// From what a vault answers to an Error that says what is wrong and what to do: the one table of
// Key Vault's states. Pure.
//
// Sources: learn.microsoft.com/azure/key-vault/general/{rest-error-codes,common-error-codes,
// rbac-guide}; Azure/azure-sdk-for-cpp sdk/keyvault/TROUBLESHOOTING.md; observed bodies.
#pragma once

#include <string>

#include "launcher/base/clock.hpp"
#include "launcher/base/error.hpp"
#include "launcher/base/http.hpp"
#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// What a request was for, in the words of messages.
struct VaultSubject {
  enum class Permission { get, list };

  const VaultEndpoint& vault;
  std::string reference;  // canonical; of a selection: what it selects by
  std::string object;     // "secret 'db-password'", "the list of secrets"
  std::string name;       // for commands in hints; empty for lists
  std::string version;    // empty: latest
  Location where;
  Permission permission = Permission::get;
};

// The name of the vault as az takes it: the first label of its host.
std::string vault_name(const VaultEndpoint& vault);

// "2030-01-01T00:00:00Z".
std::string utc_text(WallTime time);

// An Error with reference, vault and place of `subject`.
Error about(const VaultSubject& subject, Code code, std::string message, std::string hint = "");

// The Error for an answer that is no 200. Decided by status, then the deepest innererror.code,
// then error.code; the service's own message is not shown, because it is part of a body.
Error error_of_answer(const HttpResponse& answer, const VaultSubject& subject);

// Single states, for callers that find them elsewhere than in a status.
Error throttled_error(const VaultSubject& subject);
Error expired_error(const VaultSubject& subject, WallTime expired);
Error not_yet_valid_error(const VaultSubject& subject, WallTime valid_from);
Error disabled_error(const VaultSubject& subject);
Error missing_error(const VaultSubject& subject);
Error deleted_error(const VaultSubject& subject);

// The service's x-ms-request-id, for support.
std::string request_id_of(const HttpResponse& answer);

}  // namespace kvlaunch
