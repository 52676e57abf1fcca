// References to Key Vault objects: every accepted spelling to one type (design.md section 4,
// reference/key-vault.md section 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/result.hpp"

namespace kvlaunch {

enum class ObjectKind { secret, certificate, key };
std::string_view name_of(ObjectKind kind);          // "secret"
std::string_view path_segment_of(ObjectKind kind);  // "secrets"

struct Reference {
  // How the vault was named decides how it is looked up later.
  enum class VaultForm { default_vault, name_or_alias, host };

  VaultForm vault_form = VaultForm::default_vault;
  std::string
      vault;  // name_or_alias: as written; host: lower case, with ":port" if one was written
  ObjectKind kind = ObjectKind::secret;
  std::string name;     // as written; compare with equal_ignoring_case
  std::string version;  // lower-case hex; empty: latest
  std::string field;    // JSON pointer with its leading '/', or a certificate part; empty: whole

  // Canonical "kv:" spelling: for messages, explain and deduplication by eye.
  [[nodiscard]] std::string text() const;
};

// Text beginning with a prefix of any accepted syntax (ignoring case), portal identifiers included:
// such a scalar must parse. `kv:...`, `kv://...`, https://V.vault.../secrets/...,
// @Microsoft.KeyVault(, akvs://, ref+azurekeyvault://, azure:keyvault:.
bool looks_like_reference(std::string_view text);

// The same without portal URLs, which are ordinary settings: what the inherited-variable guard
// stops at.
bool is_guarded_form(std::string_view text);

// The shape of a reference of another system (key-vault.md 6.0) that kvlaunch cannot resolve:
// its name for the message ("akv2k8s NAME@azurekeyvault"), or nothing.
std::optional<std::string_view> foreign_reference(std::string_view text);

// A whole value. Errors: Code::reference_syntax with the reason and a hint.
Result<Reference> parse_reference(std::string_view text);

// As after `secret:` in a mapping and in secret(...): the full form or the rest after "kv:".
Result<Reference> parse_reference_or_rest(std::string_view text, ObjectKind kind);

// Checks of the parts, shared with manifest keys. Empty when fine, else the reason.
std::string problem_with_object_name(std::string_view name);
std::string problem_with_vault_name(std::string_view name);
// Aliases have no dot and no colon, because those make a host of the vault in "kv://VAULT/...".
std::string problem_with_vault_alias(std::string_view alias);

}  // namespace kvlaunch
