// What can be said of an identity before anything is asked: for `check` and `explain`.
#pragma once

#include <optional>

#include "launcher/base/environment.hpp"
#include "launcher/base/error.hpp"
#include "launcher/base/identity_spec.hpp"

namespace kvlaunch {

// The error that provider `type` of `spec` would end a start with because of the authority or the
// tenant it is configured with. Nothing where that provider would be passed over. Pure.
std::optional<Error> problem_with_principal(const IdentitySpec& spec, IdentitySpec::Type type,
                                            const Environment& environment);

}  // namespace kvlaunch
