// Reading PEM certificates through OpenSSL.
#include "devvault/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>

namespace devvault {

std::optional<Certificate> read_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free};
  if (!certificate) return std::nullopt;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return std::nullopt;
  Certificate out;
  out.der.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  out.key = {X509_get_pubkey(certificate.get()), EVP_PKEY_free};
  std::tm until{};
  if (!out.key || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &until) != 1) {
    return std::nullopt;
  }
  // Within what WallTime can say, which ends in 2262.
  const auto seconds = std::clamp<std::int64_t>(timegm(&until), 0, 9'000'000'000);
  out.not_after = WallTime{std::chrono::seconds{seconds}};
  return out;
}

}  // namespace devvault
