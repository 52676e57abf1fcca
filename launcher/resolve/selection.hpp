// From a list of secrets, or the members of one, to variables: the rules of `env-from`. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"
#include "launcher/manifest/manifest.hpp"
#include "launcher/resolve/fetched.hpp"

namespace kvlaunch {

// "prefix 'app-', tag team=web": what the entry selects by, for messages.
std::string selection_text(const EnvFromEntry& entry);

struct SelectedNames {
  std::vector<std::string> names;     // of secrets, in the list's order
  std::vector<std::string> left_out;  // "NAME: disabled"
};

// Those that match the prefix (ignoring case) and all tags, less the excluded. Disabled, not yet
// valid and certificate-backed ones are left out and named; expired ones stay in, so that fetching
// them fails loudly.
SelectedNames select_secrets(const std::vector<SecretItem>& items, const EnvFromEntry& entry,
                             WallTime now);

// Prefix stripped, renamed, the other prefix added (that one as written).
std::string variable_name_for(std::string_view name, const EnvFromEntry& entry);

// `exclude` names a secret (or member) as the vault spells it, ignoring case, or the variable.
bool is_excluded(std::string_view name, const EnvFromEntry& entry);

// Why `variable`, made from `name`, may not be set: no identifier, or forbidden and not allowed.
std::optional<Error> problem_with_variable(const std::string& variable, const std::string& name,
                                           const EnvFromEntry& entry);

struct SecretMember {
  std::string name;
  Secret value;
};

// The members of one secret's value, in order. JSON: strings give their text, numbers and booleans
// their JSON text, objects and arrays compact JSON, null none. Errors: Code::value_unusable; they
// quote nothing of the value. `what` names the secret.
Result<std::vector<SecretMember>> read_members(std::string_view value, const EnvFromEntry& entry,
                                               const std::string& what);

}  // namespace kvlaunch
