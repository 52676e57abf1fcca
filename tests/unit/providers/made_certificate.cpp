#include "tests/unit/providers/made_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace kvlaunch::test {
namespace {

void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL could not make what a test needs");
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <class Write>
std::string written(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio{BIO_new(BIO_s_mem()), BIO_free_all};
  must(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// RC2 lives in the legacy provider.
OSSL_LIB_CTX* legacy_context() {
  static OSSL_LIB_CTX* const context = [] {
    auto* const made = OSSL_LIB_CTX_new();
    must(OSSL_PROVIDER_load(made, "default") != nullptr);
    must(OSSL_PROVIDER_load(made, "legacy") != nullptr);
    return made;
  }();
  return context;
}

std::string digest(const std::string& bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  must(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm, nullptr) == 1);
  return {reinterpret_cast<const char*>(out.data()), size};
}

}  // namespace

MadeCertificate::MadeCertificate(KeyKind kind, const std::string& common_name)
    : key_(kind == KeyKind::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free),
      certificate_(X509_new(), X509_free) {
  must(key_ && certificate_);
  X509* const x = certificate_.get();
  must(X509_set_version(x, X509_VERSION_3) == 1);
  must(ASN1_INTEGER_set(X509_get_serialNumber(x), 7) == 1);
  must(X509_gmtime_adj(X509_getm_notBefore(x), -60) != nullptr);
  must(ASN1_TIME_set_string(X509_getm_notAfter(x), "20400101000000Z") == 1);
  must(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                                  bytes_of(common_name), -1, -1, 0) == 1);
  must(X509_set_issuer_name(x, X509_get_subject_name(x)) == 1);
  must(X509_set_pubkey(x, key_.get()) == 1);
  must(X509_sign(x, key_.get(), EVP_sha256()) > 0);
}

MadeCertificate MadeCertificate::reissued(const Subject& subject,
                                          std::chrono::seconds not_before) const {
  MadeCertificate made = *this;
  made.certificate_ = {X509_dup(certificate_.get()), X509_free};
  X509* const x = made.certificate_.get();
  must(x != nullptr);
  X509_NAME* const name = X509_get_subject_name(x);
  while (X509_NAME_entry_count(name) > 0) X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, 0));
  for (const auto& [type, value] : subject) {
    must(X509_NAME_add_entry_by_txt(name, type.c_str(), MBSTRING_UTF8, bytes_of(value), -1, -1,
                                    0) == 1);
  }
  must(X509_gmtime_adj(X509_getm_notBefore(x), not_before.count()) != nullptr);
  must(X509_sign(x, key_.get(), EVP_sha256()) > 0);
  return made;
}

const MadeCertificate& MadeCertificate::shared() {
  static const MadeCertificate made;
  return made;
}

const MadeCertificate& MadeCertificate::other() {
  static const MadeCertificate made{KeyKind::rsa, "other"};
  return made;
}

std::string MadeCertificate::key_pem() const {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string MadeCertificate::traditional_key_pem() const {
  return written([&](BIO* bio) {
    return PEM_write_bio_PrivateKey_traditional(bio, key_.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr);
  });
}

std::string MadeCertificate::encrypted_key_pem(const std::string& password) const {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), EVP_aes_256_cbc(), password.data(),
                                         static_cast<int>(password.size()), nullptr, nullptr);
  });
}

std::string MadeCertificate::certificate_pem() const {
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate_.get()); });
}

std::string MadeCertificate::certificate_der() const {
  return written([&](BIO* bio) { return i2d_X509_bio(bio, certificate_.get()); });
}

std::string MadeCertificate::pkcs12(const std::string& password, Cipher cipher, EmptyPassword empty,
                                    const MadeCertificate* issuer) const {
  int key_cipher = NID_aes_256_cbc;
  int certificate_cipher = NID_aes_256_cbc;
  if (cipher != Cipher::aes) key_cipher = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
  if (cipher == Cipher::triple_des) certificate_cipher = key_cipher;
  if (cipher == Cipher::rc2) certificate_cipher = NID_pbe_WithSHA1And40BitRC2_CBC;
  if (cipher == Cipher::rc2_for_the_key_too) {
    key_cipher = certificate_cipher = NID_pbe_WithSHA1And40BitRC2_CBC;
  }
  STACK_OF(X509)* others = sk_X509_new_null();
  if (issuer != nullptr) sk_X509_push(others, issuer->certificate_.get());
  const char* const text = empty == EmptyPassword::as_nothing ? nullptr : password.c_str();
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> file{
      PKCS12_create_ex(text, "app", key_.get(), certificate_.get(), others, key_cipher,
                       certificate_cipher, 2000, 2000, 0, legacy_context(), nullptr),
      PKCS12_free};
  sk_X509_free(others);
  must(file != nullptr);
  return written([&](BIO* bio) { return i2d_PKCS12_bio(bio, file.get()); });
}

bool MadeCertificate::verifies(const std::string& text, const std::string& signature,
                               Padding padding) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free};
  EVP_PKEY_CTX* parameters = nullptr;
  must(EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key_.get()) == 1);
  if (padding == Padding::pss) {
    must(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0);
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32) > 0);
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

std::string sha1_hex(const std::string& bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : digest(bytes, EVP_sha1())) {
    const auto byte = static_cast<unsigned char>(c);
    text += {digits[byte >> 4U], digits[byte & 0x0FU]};
  }
  return text;
}

std::string sha256(const std::string& bytes) {
  return digest(bytes, EVP_sha256());
}

}  // namespace kvlaunch::test
