// Compact JWTs: base64url, splitting, RSA signatures through OpenSSL.
#include "devvault/jwt.hpp"

#include <openssl/rsa.h>

#include <array>
#include <memory>

namespace devvault {
namespace {

constexpr std::size_t longest_token = 64 * 1024;
struct DigestDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestDeleter>;

bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

std::optional<Jwt> split_jwt(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.size() > longest_token) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  auto header = base64_decode(token.substr(0, first));
  auto payload = base64_decode(token.substr(first + 1, second - first - 1));
  auto signature = base64_decode(token.substr(second + 1));
  if (!header || !payload || !signature) return std::nullopt;
  return Jwt{std::move(*header), std::move(*payload), std::string{token.substr(0, second)},
             std::move(*signature)};
}

std::optional<std::string> sign(EVP_PKEY& key, SignatureScheme scheme, std::string_view text) {
  const Digest context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, &key) != 1) {
    return std::nullopt;
  }
  if (scheme == SignatureScheme::ps256 && !use_pss(options)) return std::nullopt;
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(&key));
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), out, &size, bytes_of(text), text.size()) != 1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

bool verifies(EVP_PKEY& key, SignatureScheme scheme, std::string_view text,
              std::string_view signature) {
  const Digest context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, &key) != 1) return false;
  if (scheme == SignatureScheme::ps256 && !use_pss(options)) return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

std::string sha256(std::string_view bytes) {
  return digest(EVP_sha256(), bytes);
}
std::string sha1(std::string_view bytes) {
  return digest(EVP_sha1(), bytes);
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    const auto code = static_cast<std::uint8_t>(byte);
    out += digits[code >> 4U];
    out += digits[code & 0xFU];
  }
  return out;
}

}  // namespace devvault
