// TLS as a client: versions, verification, and why a certificate was refused.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "launcher/base/http.hpp"
#include "launcher/base/result.hpp"
#include "launcher/network/openssl_handles.hpp"
#include "launcher/network/patience.hpp"
#include "launcher/network/trust_store.hpp"

namespace kvlaunch::network {

// Lives on the stack of one handshake: what its certificate verification needs and finds.
struct Verification {
  std::string host;
  const TlsTrust& trust;
  const Patience& patience;
  std::optional<Error> refusal{};  // why the certificate was refused, if it was
};

// One SSL_CTX for all connections, made at the first of them. Always verifies; there is no switch.
// TLS 1.2 at least (RFC 8996 retires what is older; Azure refuses it too). Thread-safe.
class TlsContext {
 public:
  explicit TlsContext(TrustStore& trust) : trust_(trust) {}

  // Sets OpenSSL up, which takes some milliseconds of computing: worth doing beside the look-up and
  // the connect. Errors are left to client().
  void prepare();
  // A client for `verification.host` (name or address literal), ready for its handshake: SNI,
  // host name check and ALPN set. `verification` must stay until detach().
  // Errors: Code::internal when OpenSSL cannot (its reason is in the message); Code::tls_untrusted
  // when the authorities of the trust hold no certificate.
  Result<SslHandle> client(Verification& verification);
  // After the handshake, however it ended.
  static void detach(SSL* ssl);

 private:
  Result<SSL_CTX*> context();
  static int verify(X509_STORE_CTX* chain, void* self) noexcept;
  int judge(X509_STORE_CTX* chain, Verification& verification) const;
  Error refusal(X509_STORE_CTX* chain, const Verification& verification) const;

  TrustStore& trust_;
  std::mutex mutex_;
  SslContextHandle context_;  // guarded by mutex_ until it is set
};

}  // namespace kvlaunch::network
