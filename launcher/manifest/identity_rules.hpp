// Which settings of an identity belong together: by its type (design.md section 3, identities.X).
#pragma once

#include <string>
#include <string_view>

#include "launcher/manifest/layer.hpp"

namespace kvlaunch {

// What is wrong with an identity that is complete: each error at the key that causes it.
Errors problems_with_identity(const IdentityDraft& draft);

// "login.example" or "https://login.example/" as "login.example", lower case, with ":port" if one
// was written. The error has no location.
Result<std::string> authority_host_of(std::string_view text);

// Is there an AppKey among the keys of a connection string? Says yes in doubt: the string would
// otherwise reach messages and files that a secret must not reach.
bool holds_app_key(std::string_view connection_string);

std::string hint_for_identity_type(std::string_view given);

}  // namespace kvlaunch
