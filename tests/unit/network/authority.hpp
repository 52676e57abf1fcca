// Certificate authorities and server certificates made in the test; nothing is read from disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "launcher/network/openssl_handles.hpp"

namespace kvlaunch::network::test {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

class Authority {
 public:
  explicit Authority(const std::string& common_name);

  enum class Validity { now, past };
  // `alternative_names` as in openssl.cnf: "DNS:vault.test,IP:127.0.0.1".
  [[nodiscard]] SslContextHandle server_context(const std::string& alternative_names,
                                                Validity validity = Validity::now) const;
  // The authority's own certificate, as a bundle holds it.
  [[nodiscard]] std::string pem() const;
  // The name under which a hashed directory holds it: "5ed36f99.0".
  [[nodiscard]] std::string hash_name() const;

 private:
  std::unique_ptr<EVP_PKEY, KeyFree> key_;
  CertificateHandle certificate_;
};

// A directory that goes with the test, and files in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // The path of the new file.
  std::string write(const std::string& name, const std::string& content) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace kvlaunch::network::test
