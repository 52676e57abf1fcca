// Base64, both alphabets.
#include "launcher/base/base64.hpp"

#include <cstdint>

namespace kvlaunch {
namespace {

constexpr std::string_view standard_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// `append` takes one character at a time.
template <typename Append>
void encode(std::string_view bytes, Base64 alphabet, const Append& append) {
  const auto digits = alphabet == Base64::url ? url_digits : standard_digits;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  std::size_t written = 0;
  const auto put = [&](std::uint32_t digit) {
    append(digits[digit & 0x3FU]);
    ++written;
  };
  for (const char c : bytes) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) put(buffer >> (bits - 6U));
  }
  if (bits > 0) put(buffer << (6U - bits));
  if (alphabet == Base64::url) return;
  for (; written % 4 != 0; ++written) append('=');
}

std::size_t encoded_size(std::string_view bytes) {
  return (bytes.size() + 2) / 3 * 4;
}

// False for characters outside the alphabet; what was appended by then is of no use.
template <typename Append>
bool decode(std::string_view text, Base64 alphabet, const Append& append) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return false;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int value = base64_digit(c, alphabet);
    if (value < 0) return false;
    buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    append(static_cast<char>((buffer >> bits) & 0xFFU));
  }
  return true;
}

}  // namespace

int base64_digit(char character, Base64 alphabet) {
  if (character >= 'A' && character <= 'Z') return character - 'A';
  if (character >= 'a' && character <= 'z') return character - 'a' + 26;
  if (character >= '0' && character <= '9') return character - '0' + 52;
  if (alphabet != Base64::url && (character == '+' || character == '/')) {
    return character == '+' ? 62 : 63;
  }
  if (alphabet != Base64::standard && (character == '-' || character == '_')) {
    return character == '-' ? 62 : 63;
  }
  return -1;
}

std::string base64_encode(std::string_view bytes, Base64 alphabet) {
  std::string text;
  text.reserve(encoded_size(bytes));
  encode(bytes, alphabet, [&](char c) { text += c; });
  return text;
}

Secret base64_encode_secret(std::string_view bytes, Base64 alphabet) {
  SecretWriter text{encoded_size(bytes)};
  encode(bytes, alphabet, [&](char c) { text.append(c); });
  return text.take();
}

std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet) {
  std::string bytes;
  if (!decode(text, alphabet, [&](char c) { bytes += c; })) return std::nullopt;
  return bytes;
}

std::optional<Secret> base64_decode_secret(std::string_view text, Base64 alphabet) {
  SecretWriter bytes{text.size()};
  if (!decode(text, alphabet, [&](char c) { bytes.append(c); })) return std::nullopt;
  return bytes.take();
}

}  // namespace kvlaunch
