// The authority that vouches for every name devvault plays: made at start, gone at the end.
//
// Keys are EC P-256 and exist only in this process's memory. Server certificates are made on the
// fly, one for each name, and kept.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "devvault/config.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;

// Thread-safe after make().
class CertificateAuthority {
 public:
  // Certificates are valid from a day before `now` (clocks differ) for a year: longer than any run.
  static kvlaunch::Result<std::unique_ptr<CertificateAuthority>> make(WallTime now);

  // No authority at all: every certificate of a server vouches for itself.
  static kvlaunch::Result<std::unique_ptr<CertificateAuthority>> make_self_signing(WallTime now);

  // The public certificate; what clients are told to trust.
  [[nodiscard]] const std::string& certificate_pem() const { return pem_; }
  // DER of the same, for trust stores of other formats.
  [[nodiscard]] X509* certificate() const { return certificate_.get(); }

  // Gives `connection` the server certificate for `name`, a host name or address literal in lower
  // case. False when OpenSSL refuses, or 1,024 different names have been asked for already.
  bool equip(SSL* connection, const std::string& name);
  // SHA-1 of that certificate's DER form, in upper-case hex; empty where equip() would fail.
  std::string thumbprint(const std::string& name);

 private:
  CertificateAuthority() = default;
  CertificateHandle make_leaf(const std::string& name) const;
  X509* leaf(const std::string& name);  // with mutex_ held; nullptr: none to be had

  WallTime start_;
  bool self_signing_ = false;
  KeyHandle key_;
  CertificateHandle certificate_;
  std::string pem_;
  KeyHandle leaf_key_;  // one for all names: only the certificate differs
  std::mutex mutex_;
  std::map<std::string, CertificateHandle> leaves_;  // guarded by mutex_
};

}  // namespace devvault
