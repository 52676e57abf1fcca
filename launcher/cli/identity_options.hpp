// --identity and --connection-string, which say the same thing: who to be.
#pragma once

#include <string>
#include <vector>

#include "launcher/cli/invocation.hpp"

namespace kvlaunch {

// Sets the three members of `invocation` that the two options have. `identity_words` and
// `string_words` are the values on the command line, which beats the variables KVLAUNCH_IDENTITY
// and KVLAUNCH_CONNECTION_STRING; both options in one place are an error (Code::usage).
Result<void> settle_identity(const std::vector<std::string>& identity_words,
                             const std::vector<std::string>& string_words,
                             const Environment& environment, Invocation& invocation);

}  // namespace kvlaunch
