// Writing JSON strings (RFC 8259 section 7), for the bodies and journal lines devvault makes up.
#pragma once

#include <string>
#include <string_view>

namespace devvault {

// `text` in quotes, escaped. Bytes that are not part of well-formed UTF-8 become U+FFFD, so that
// whatever a client sent, the result is valid JSON.
std::string json_quote(std::string_view text);

}  // namespace devvault
