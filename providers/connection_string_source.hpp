// From an identity that is a connection string to tokens: reading the string where it stands, and
// building the one credential that it selects.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/base/identity_spec.hpp"
#include "providers/connection_string_form.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

// What the connection string of `spec` selects. Errors have the place `spec.where`: those of
// reading its source (Code::identity_configuration, Code::credential_file), and
// Code::connection_string. `warnings` gets one for each key that nobody knows.
Result<ConnectionStringForm> selected_form(const IdentitySpec& spec, const ProviderContext& context,
                                           std::vector<ConnectionStringWarning>& warnings);

// Same errors; warnings go to the log. The string itself is forgotten: what it holds is in the
// credential.
Result<std::unique_ptr<TokenSource>> make_connection_string_source(const IdentitySpec& spec,
                                                                   const ProviderContext& context);

// The credential alone, for who asks it by itself. Same errors and warnings.
Result<std::unique_ptr<Credential>> make_connection_string_credential(
    const IdentitySpec& spec, const ProviderContext& context);

}  // namespace kvlaunch
