// Putting client assertions together and signing them.
#include "providers/assertion.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>

#include "launcher/base/base64.hpp"
#include "launcher/base/json_syntax.hpp"

namespace kvlaunch {
namespace {

// What MSAL uses; Entra accepts up to 24 hours, but a short life limits what a leak is worth.
constexpr std::chrono::seconds life{600};

using Signing = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string digest_of(std::string_view bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm, nullptr) != 1) {
    ERR_clear_error();
    return {};
  }
  return std::string{reinterpret_cast<const char*>(digest.data()), size};
}

std::string upper_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {digits[byte >> 4U], digits[byte & 0x0FU]};
  }
  return text;
}

std::string header_of(const SigningCertificate& certificate, AssertionStyle style,
                      CertificateChain chain) {
  const std::string& leaf = certificate.chain_der.front();
  std::string header =
      style == AssertionStyle::entra
          ? R"({"alg":"PS256","typ":"JWT","x5t#S256":)" +
                json_quoted(base64_encode(digest_of(leaf, EVP_sha256()), Base64::url))
          : R"({"alg":"RS256","typ":"JWT","x5t":)" +
                json_quoted(base64_encode(digest_of(leaf, EVP_sha1()), Base64::url));
  if (chain == CertificateChain::send) {
    header += R"(,"x5c":[)";
    for (const std::string& der : certificate.chain_der) {
      if (&der != &leaf) header += ',';
      header += json_quoted(base64_encode(der, Base64::standard));
    }
    header += ']';
  }
  return header + '}';
}

std::string claims_of(const AssertionClaims& claims) {
  const auto from = claims.not_before.time_since_epoch().count();
  return R"({"aud":)" + json_quoted(claims.audience) + R"(,"iss":)" +
         json_quoted(claims.client_id) + R"(,"sub":)" + json_quoted(claims.client_id) +
         R"(,"jti":)" + json_quoted(claims.id) + R"(,"nbf":)" + std::to_string(from) +
         R"(,"iat":)" + std::to_string(from) + R"(,"exp":)" + std::to_string(from + life.count()) +
         "}";
}

bool prepare(EVP_MD_CTX* signing, EVP_PKEY* key, AssertionStyle style) {
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `signing`
  if (EVP_DigestSignInit(signing, &parameters, EVP_sha256(), nullptr, key) != 1) return false;
  if (style == AssertionStyle::adfs) return true;
  return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) > 0;
}

std::string signature_of(const std::string& text, EVP_PKEY* key, AssertionStyle style) {
  const Signing signing{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  std::string signature;
  if (signing && prepare(signing.get(), key, style) &&
      EVP_DigestSign(signing.get(), nullptr, &size, bytes, text.size()) == 1) {
    signature.resize(size);
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(signing.get(), out, &size, bytes, text.size()) != 1) size = 0;
    signature.resize(size);
  }
  ERR_clear_error();
  return signature;
}

}  // namespace

Result<Secret> make_assertion(const SigningCertificate& certificate, const AssertionClaims& claims,
                              AssertionStyle style, CertificateChain chain) {
  const std::string text = base64_encode(header_of(certificate, style, chain), Base64::url) + '.' +
                           base64_encode(claims_of(claims), Base64::url);
  const std::string signature = signature_of(text, certificate.key.get(), style);
  if (signature.empty()) {
    return Error{.code = Code::identity_configuration,
                 .message = "the certificate's key cannot sign",
                 .hint = "use an RSA key of 2048 bits or more"};
  }
  // Header and claims are public; only with the signature do they become a credential.
  SecretWriter assertion{text.size() + signature.size() * 2};
  assertion.append(text);
  assertion.append('.');
  assertion.append(base64_encode(signature, Base64::url));
  return assertion.take();
}

Thumbprints thumbprints_of(const SigningCertificate& certificate) {
  const std::string& leaf = certificate.chain_der.front();
  return {upper_hex(digest_of(leaf, EVP_sha1())), upper_hex(digest_of(leaf, EVP_sha256()))};
}

}  // namespace kvlaunch
