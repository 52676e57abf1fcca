// From the bytes of a vault to the value of a variable: pointer, decode, trim.
#pragma once

#include <optional>
#include <string_view>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"
#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {

// The member at `pointer` (RFC 6901) of the JSON text `document`: a string gives its text, a
// number or boolean its JSON text, an object or array compact JSON. Nothing where the pointer
// leads nowhere or to null. Error Code::value_unusable when `document` is not JSON. The reader is
// kvlaunch's own, because a DOM would leave copies of the value behind.
Result<std::optional<Secret>> json_member(std::string_view document, std::string_view pointer);

// base64 and base64url with or without padding, blanks and newlines ignored; hex likewise.
Result<Secret> decode(std::string_view text, Decode how);

// Without one trailing LF or CRLF.
std::string_view trim_line_end(std::string_view text);

}  // namespace kvlaunch
