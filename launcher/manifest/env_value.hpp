// What a scalar means as the value of a variable: the same rule for `env`, -e and --env-file.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

// A literal or a reference (design.md section 3, "A scalar in env is decided in this order").
// Errors have no location and never repeat the text: reference_syntax, reference_unsupported,
// variable_nul, not_yet. Their hints are for `place`: only a manifest has a long form.
enum class ScalarPlace { manifest, elsewhere };
Result<std::variant<LiteralValue, UnsetVariable, SecretUse>> judge_scalar(
    std::string_view text, ScalarPlace place = ScalarPlace::manifest);

// Certificates and keys cannot be values yet; a certificate without part never can.
std::optional<Error> problem_with_kind(const Reference& reference);

// The error of a value that no environment can hold.
Error nul_in_value();

// "a name must be ..." with Code::variable_name, without location.
Error bad_variable_name();

}  // namespace kvlaunch
