// Keys and certificates made on the spot by OpenSSL, in every form a user may bring them.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace kvlaunch::test {

enum class KeyKind { rsa, elliptic };

// A key with a self-signed certificate.
class MadeCertificate {
 public:
  explicit MadeCertificate(KeyKind kind = KeyKind::rsa, const std::string& common_name = "app");

  // The same key in another certificate; `subject` in the certificate's own order, `not_before`
  // counted from now.
  using Subject = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] MadeCertificate reissued(const Subject& subject,
                                         std::chrono::seconds not_before) const;

  // One for the whole test program: RSA keys take a while to make.
  static const MadeCertificate& shared();
  static const MadeCertificate& other();  // with a key of its own

  [[nodiscard]] std::string key_pem() const;              // PKCS#8
  [[nodiscard]] std::string traditional_key_pem() const;  // PKCS#1
  [[nodiscard]] std::string encrypted_key_pem(const std::string& password) const;
  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] std::string certificate_der() const;

  enum class Cipher { aes, triple_des, rc2, rc2_for_the_key_too };
  enum class EmptyPassword { as_empty_text, as_nothing };
  [[nodiscard]] std::string pkcs12(const std::string& password, Cipher cipher = Cipher::aes,
                                   EmptyPassword empty = EmptyPassword::as_empty_text,
                                   const MadeCertificate* issuer = nullptr) const;

  enum class Padding { pss, pkcs1 };
  [[nodiscard]] bool verifies(const std::string& text, const std::string& signature,
                              Padding padding) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

// Upper-case hex.
std::string sha1_hex(const std::string& bytes);
std::string sha256(const std::string& bytes);

}  // namespace kvlaunch::test
