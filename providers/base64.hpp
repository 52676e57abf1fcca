// Base64 for tokens and certificates (RFC 4648 sections 4 and 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kvlaunch {

enum class Base64 { standard, url };  // url: '-' and '_', and no padding (RFC 7515)

std::string base64_encode(std::string_view bytes, Base64 alphabet);
// Accepts missing padding; nothing for characters outside the alphabet. For data that is not
// secret: the result is an ordinary string.
std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet);

}  // namespace kvlaunch
