// Base64, RFC 4648 sections 4 and 5: the one place that knows its alphabets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/secret.hpp"

namespace kvlaunch {

// url: '-' and '_', and no padding (RFC 7515). either: for decoding only, where senders differ.
enum class Base64 { standard, url, either };

// The six bits that `character` stands for, or -1.
int base64_digit(char character, Base64 alphabet);

// Not for Base64::either.
std::string base64_encode(std::string_view bytes, Base64 alphabet);
Secret base64_encode_secret(std::string_view bytes, Base64 alphabet);

// Accepts missing padding; nothing for characters outside the alphabet. For data that is not
// secret: the result is an ordinary string. Values from a vault: decode() of deliver/value.hpp.
std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet);
// The same into wiped memory, for keys.
std::optional<Secret> base64_decode_secret(std::string_view text, Base64 alphabet);

}  // namespace kvlaunch
