// TLS from the server's side, over any stream; the certificate follows the name asked for.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>

#include "devvault/certificate_authority.hpp"
#include "devvault/stream.hpp"

namespace devvault {

// What one TLS server accepts: TLS 1.2 and 1.3, ALPN http/1.1, session tickets. Thread-safe.
class TlsServer {
 public:
  // `authority` outlives it. `serves` says for which names (lower case) there is a certificate.
  TlsServer(CertificateAuthority& authority, std::function<bool(const std::string&)> serves);

  // Nothing if the handshake fails; `lower` then still is to be finished by the caller. Without
  // SNI the certificate is for `usual_name`; with a name that is not served the client gets the
  // alert unrecognized_name (RFC 6066 section 3).
  std::unique_ptr<Stream> accept(Stream& lower, const std::string& usual_name);

 private:
  static int choose_certificate(SSL* connection, int* alert, void* server);

  CertificateAuthority& authority_;
  std::function<bool(const std::string&)> serves_;
  std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>> context_;
};

}  // namespace devvault
