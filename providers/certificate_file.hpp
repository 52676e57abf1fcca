// A certificate with its private key, from PEM or PKCS#12 bytes.
//
// Sources: azidentity client_certificate_credential.go (leaf found by its key, two keys refused),
// RFC 7292 appendix B.1 (empty passwords have two encodings), openssl-pkcs12(1).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

struct evp_pkey_st;

namespace kvlaunch {

// Keeps OpenSSL's headers out of this one; frees, and thereby wipes, the key.
struct PrivateKeyDeleter {
  void operator()(evp_pkey_st* key) const;
};

struct SigningCertificate {
  std::unique_ptr<evp_pkey_st, PrivateKeyDeleter> key;  // RSA
  std::vector<std::string> chain_der;  // the signing certificate first, then the others of the file
  WallTime not_before;
  WallTime not_after;
};

// Which of the two it is, the content decides: PEM is text with "-----BEGIN". `password` empty
// means none: for PKCS#12 both encodings of the empty password are tried. `name` is what messages
// call the file. Legacy PKCS#12 ciphers (RC2) work where OpenSSL's legacy provider is installed.
// Errors: Code::credential_file.
Result<SigningCertificate> load_certificate(std::string_view bytes, const Secret& password,
                                            const std::string& name);

}  // namespace kvlaunch
