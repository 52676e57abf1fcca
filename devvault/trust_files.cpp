// Collecting roots and packing them for Java.
#include "devvault/trust_files.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "devvault/certificate_authority.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault {
namespace {

constexpr std::size_t max_bundle_bytes = 8 * 1024 * 1024;
// The list of Go's crypto/x509 root_linux.go: Debian, Fedora and RHEL, SUSE, Alpine.
constexpr std::array<const char*, 6> bundles{"/etc/ssl/certs/ca-certificates.crt",
                                             "/etc/pki/tls/certs/ca-bundle.crt",
                                             "/etc/ssl/ca-bundle.pem",
                                             "/etc/pki/tls/cacert.pem",
                                             "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                             "/etc/ssl/cert.pem"};

using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using Pkcs12Handle = std::unique_ptr<PKCS12, OpensslFree<PKCS12_free>>;

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
using BagsHandle = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), OpensslFree<free_bags>>;

void free_safes(STACK_OF(PKCS7) * safes) {
  sk_PKCS7_pop_free(safes, PKCS7_free);
}
using SafesHandle = std::unique_ptr<STACK_OF(PKCS7), OpensslFree<free_safes>>;

std::string read_file(const char* path) {
  const kvlaunch::Descriptor file{open(path, O_RDONLY | O_CLOEXEC)};
  std::string text;
  std::array<char, 16 * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  ssize_t size = 0;
  while (
      file.valid() && text.size() < max_bundle_bytes &&
      ((size = read(file.get(), bytes.data(), bytes.size())) > 0 || (size < 0 && errno == EINTR))) {
    if (size > 0) text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

std::vector<CertificateHandle> certificates_of(const std::string& pem) {
  std::vector<CertificateHandle> certificates;
  const BioHandle memory{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  while (memory) {
    CertificateHandle certificate{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
    if (!certificate) break;
    certificates.push_back(std::move(certificate));
  }
  ERR_clear_error();
  return certificates;
}

// The attribute of one bag: trustedKeyUsage = { anyExtendedKeyUsage }.
bool mark_trusted(PKCS12_SAFEBAG* bag) {
  const std::unique_ptr<ASN1_OBJECT, OpensslFree<ASN1_OBJECT_free>> attribute{
      OBJ_txt2obj("2.16.840.1.113894.746875.1.1", 1)};
  ASN1_OBJECT* const any_use = OBJ_nid2obj(NID_anyExtendedKeyUsage);
  const std::unique_ptr<X509_ATTRIBUTE, OpensslFree<X509_ATTRIBUTE_free>> made{
      X509_ATTRIBUTE_create_by_OBJ(nullptr, attribute.get(), V_ASN1_OBJECT, any_use, -1)};
  if (!made) return false;
  auto* attributes = const_cast<STACK_OF(X509_ATTRIBUTE)*>(PKCS12_SAFEBAG_get0_attrs(bag));
  X509_ATTRIBUTE* const copy = X509_ATTRIBUTE_dup(made.get());
  if (copy != nullptr && attributes != nullptr && sk_X509_ATTRIBUTE_push(attributes, copy) > 0) {
    return true;
  }
  X509_ATTRIBUTE_free(copy);
  return false;
}

BagsHandle bags_of(const std::vector<CertificateHandle>& certificates) {
  STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
  std::size_t number = 0;
  for (const CertificateHandle& certificate : certificates) {
    PKCS12_SAFEBAG* const bag = PKCS12_add_cert(&bags, certificate.get());
    // The friendly name comes first: it also makes the list of attributes exist. Java keys entries
    // by it, so each needs its own.
    const std::string name = "root-" + std::to_string(++number);
    if (bag == nullptr ||
        PKCS12_add_friendlyname_utf8(bag, name.c_str(), static_cast<int>(name.size())) != 1 ||
        !mark_trusted(bag)) {
      free_bags(bags);
      return nullptr;
    }
  }
  return BagsHandle{bags};
}

Pkcs12Handle pack(STACK_OF(PKCS12_SAFEBAG) * bags, std::string_view password) {
  // Not encrypted (public certificates), but with a MAC, because Java looks for one.
  STACK_OF(PKCS7)* safes = nullptr;
  const bool added = PKCS12_add_safe(&safes, bags, -1, 0, nullptr) == 1;
  const SafesHandle owned{safes};
  if (!added) return nullptr;
  Pkcs12Handle store{PKCS12_add_safes(safes, 0)};
  const int password_size = static_cast<int>(password.size());
  if (!store || PKCS12_set_mac(store.get(), password.data(), password_size, nullptr, 0,
                               PKCS12_DEFAULT_ITER, EVP_sha256()) != 1) {
    return nullptr;
  }
  return store;
}

std::string to_der(PKCS12* store) {
  const BioHandle memory{BIO_new(BIO_s_mem())};
  if (!memory || i2d_PKCS12_bio(memory.get(), store) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

kvlaunch::Result<std::string> system_roots(const kvlaunch::Environment& inherited) {
  std::string text;
  if (const auto chosen = inherited.get_non_empty("SSL_CERT_FILE")) {
    text = read_file(std::string{*chosen}.c_str());
  }
  for (const char* path : bundles) {
    if (!text.empty()) break;
    text = read_file(path);
  }
  if (text.empty() || text.size() > max_bundle_bytes) {
    return kvlaunch::Error{.code = kvlaunch::Code::usage,
                           .message = "no certificate authorities of this system were found",
                           .hint = "install ca-certificates, or set SSL_CERT_FILE"};
  }
  return text;
}

kvlaunch::Result<std::string> java_trust_store(const std::string& pem, std::string_view password) {
  const std::vector<CertificateHandle> certificates = certificates_of(pem);
  const BagsHandle bags = bags_of(certificates);
  const Pkcs12Handle store = bags ? pack(bags.get(), password) : nullptr;
  std::string der = store ? to_der(store.get()) : std::string{};
  ERR_clear_error();
  if (der.empty()) {
    return kvlaunch::Error{.code = kvlaunch::Code::internal,
                           .message = "cannot make a trust store"};
  }
  return der;
}

}  // namespace devvault
