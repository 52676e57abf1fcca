// Certificates by OpenSSL: P-256, because making an RSA key takes longer than a test should.
#include "tests/unit/network/authority.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace kvlaunch::network::test {
namespace {

constexpr long day_seconds = 24 * 60 * 60;

std::unique_ptr<EVP_PKEY, KeyFree> make_key() {
  return std::unique_ptr<EVP_PKEY, KeyFree>{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", static_cast<const char*>("P-256"))};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) throw std::runtime_error("extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificateHandle make_certificate(const std::string& common_name, EVP_PKEY* key, long serial,
                                   long begin_days, long end_days) {
  CertificateHandle certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), begin_days * day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), end_days * day_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(certificate.get(), key);
  return certificate;
}

}  // namespace

Authority::Authority(const std::string& common_name)
    : key_(make_key()), certificate_(make_certificate(common_name, key_.get(), 1, -1, 30)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
}

SslContextHandle Authority::server_context(const std::string& alternative_names,
                                           Validity validity) const {
  const auto key = make_key();
  const bool expired = validity == Validity::past;
  const auto leaf =
      make_certificate("server", key.get(), 2, expired ? -20 : -1, expired ? -10 : 10);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
  add_extension(leaf.get(), certificate_.get(), NID_subject_alt_name, alternative_names);
  X509_sign(leaf.get(), key_.get(), EVP_sha256());

  SslContextHandle context{SSL_CTX_new(TLS_server_method())};
  SSL_CTX_use_certificate(context.get(), leaf.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

std::string Authority::pem() const {
  const BioHandle text{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(text.get(), certificate_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string Authority::hash_name() const {
  std::array<char, 16> name{};
  std::snprintf(
      name.data(), name.size(), "%08lx.0",
      X509_NAME_hash_ex(X509_get_subject_name(certificate_.get()), nullptr, nullptr, nullptr));
  return name.data();
}

TemporaryDirectory::TemporaryDirectory() : path_(std::filesystem::temp_directory_path()) {
  path_ += "/kvlaunch-network-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(const std::string& name, const std::string& content) const {
  auto file = path_ + "/" + name;
  std::ofstream{file} << content;
  return file;
}

}  // namespace kvlaunch::network::test
