// JSON Web Tokens in compact form (RFC 7515, RFC 7519) and the two signatures Entra knows.
#pragma once

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/base64.hpp"

namespace devvault {

// Without padding (RFC 4648 section 5).
inline std::string base64url_encode(std::string_view bytes) {
  return kvlaunch::base64_encode(bytes, kvlaunch::Base64::url);
}
// Accepts padding and the standard alphabet too: clients send thumbprints both ways.
inline std::optional<std::string> base64_decode(std::string_view text) {
  return kvlaunch::base64_decode(text, kvlaunch::Base64::either);
}

struct Jwt {
  std::string header;       // JSON text
  std::string payload;      // JSON text
  std::string signed_part;  // what the signature covers, as received
  std::string signature;    // bytes
};

// Takes the three parts apart; says nothing about the signature. At most 64 KiB (Entra's limit).
std::optional<Jwt> split_jwt(std::string_view token);

enum class SignatureScheme { rs256, ps256 };  // RFC 7518 sections 3.3 and 3.5

// Nothing when OpenSSL refuses.
std::optional<std::string> sign(EVP_PKEY& key, SignatureScheme scheme, std::string_view text);
bool verifies(EVP_PKEY& key, SignatureScheme scheme, std::string_view text,
              std::string_view signature);

std::string sha256(std::string_view bytes);
// Thumbprints (x5t) are SHA-1 as an identifier; nothing rests on its strength.
std::string sha1(std::string_view bytes);
std::string hex(std::string_view bytes);

}  // namespace devvault
