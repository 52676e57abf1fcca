// Making the authority's certificate and those of the servers.
#include "devvault/certificate_authority.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::size_t max_leaves = 1024;
constexpr std::chrono::hours clock_difference{24};
constexpr std::chrono::hours lifetime{24 * 365};
constexpr int x509_version_3 = 2;
// RFC 5280 section 4.1.2.2 allows 20 octets; 16 random ones are unique enough for a run.
constexpr int serial_bits = 127;
constexpr std::size_t max_common_name = 64;  // ub-common-name, RFC 5280 appendix A.1

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>> extension{
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_name_part(X509_NAME* name, const char* field, const std::string& value) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes,
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_random_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, OpensslFree<BN_free>> number{BN_new()};
  return number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// Version, serial, dates and subject; issuer, extensions and signature are left to the caller.
CertificateHandle blank_certificate(WallTime start, EVP_PKEY* key, const std::string& name) {
  CertificateHandle certificate{X509_new()};
  if (!certificate) return nullptr;
  const std::time_t from = std::chrono::system_clock::to_time_t(start - clock_difference);
  const std::time_t until = std::chrono::system_clock::to_time_t(start + lifetime);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const bool complete = X509_set_version(certificate.get(), x509_version_3) == 1 &&
                        set_random_serial(certificate.get()) &&
                        ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from) != nullptr &&
                        ASN1_TIME_set(X509_getm_notAfter(certificate.get()), until) != nullptr &&
                        add_name_part(subject, "O", "devvault") &&
                        (name.size() > max_common_name || add_name_part(subject, "CN", name)) &&
                        X509_set_pubkey(certificate.get(), key) == 1;
  return complete ? std::move(certificate) : nullptr;
}

std::string to_pem(X509* certificate) {
  const std::unique_ptr<BIO, OpensslFree<BIO_free>> memory{BIO_new(BIO_s_mem())};
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

CertificateHandle make_root(WallTime start, EVP_PKEY* key) {
  CertificateHandle root = blank_certificate(start, key, "devvault authority of this run");
  if (!root) return nullptr;
  X509* const self = root.get();
  const bool complete =
      X509_set_issuer_name(self, X509_get_subject_name(self)) == 1 &&
      add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(self, self, NID_subject_key_identifier, "hash") &&
      X509_sign(self, key, EVP_sha256()) > 0;
  return complete ? std::move(root) : nullptr;
}

// "localhost" stands for this machine, however it is addressed.
std::string alternative_names(const std::string& name) {
  if (name == "localhost") return "DNS:localhost,IP:127.0.0.1,IP:::1";
  return (kvlaunch::is_address_literal(name) ? "IP:" : "DNS:") + name;
}

// OpenSSL reads extension values as a little language: only plain names may get in.
bool is_plain_name(const std::string& name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._:";
  return !name.empty() && name.size() <= 253 &&
         name.find_first_not_of(allowed) == std::string::npos;
}

}  // namespace

kvlaunch::Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::make(WallTime now) {
  std::unique_ptr<CertificateAuthority> authority{new CertificateAuthority};
  authority->start_ = now;
  authority->key_.reset(EVP_EC_gen("P-256"));
  authority->leaf_key_.reset(EVP_EC_gen("P-256"));
  if (authority->key_ && authority->leaf_key_) {
    authority->certificate_ = make_root(now, authority->key_.get());
  }
  if (authority->certificate_) authority->pem_ = to_pem(authority->certificate_.get());
  if (authority->pem_.empty()) {
    ERR_clear_error();
    return kvlaunch::Error{.code = kvlaunch::Code::internal,
                           .message = "cannot make a certificate authority"};
  }
  return authority;
}

kvlaunch::Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::make_self_signing(
    WallTime now) {
  auto authority = make(now);
  if (authority) (*authority)->self_signing_ = true;
  return authority;
}

CertificateHandle CertificateAuthority::make_leaf(const std::string& name) const {
  if (!is_plain_name(name)) return nullptr;
  CertificateHandle leaf = blank_certificate(start_, leaf_key_.get(), name);
  if (!leaf) return nullptr;
  X509* const issuer = self_signing_ ? leaf.get() : certificate_.get();
  EVP_PKEY* const signer = self_signing_ ? leaf_key_.get() : key_.get();
  const bool complete =
      X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer)) == 1 &&
      add_extension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(leaf.get(), issuer, NID_key_usage, "critical,digitalSignature") &&
      add_extension(leaf.get(), issuer, NID_ext_key_usage, "serverAuth") &&
      (self_signing_ ||
       add_extension(leaf.get(), issuer, NID_authority_key_identifier, "keyid:always")) &&
      add_extension(leaf.get(), issuer, NID_subject_alt_name, alternative_names(name)) &&
      X509_sign(leaf.get(), signer, EVP_sha256()) > 0;
  return complete ? std::move(leaf) : nullptr;
}

X509* CertificateAuthority::leaf(const std::string& name) {
  auto found = leaves_.find(name);
  if (found == leaves_.end()) {
    CertificateHandle made = leaves_.size() < max_leaves ? make_leaf(name) : nullptr;
    if (!made) {
      ERR_clear_error();
      return nullptr;
    }
    found = leaves_.emplace(name, std::move(made)).first;
  }
  return found->second.get();
}

bool CertificateAuthority::equip(SSL* connection, const std::string& name) {
  const std::lock_guard lock{mutex_};
  X509* const certificate = leaf(name);
  return certificate != nullptr && SSL_use_certificate(connection, certificate) == 1 &&
         SSL_use_PrivateKey(connection, leaf_key_.get()) == 1;
}

std::string CertificateAuthority::thumbprint(const std::string& name) {
  const std::lock_guard lock{mutex_};
  X509* const certificate = leaf(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) {
    return {};
  }
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0x0FU];
  }
  return text;
}

}  // namespace devvault
