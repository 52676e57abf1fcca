// A client of the server under test: raw bytes, or TLS that trusts devvault's authority alone.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "devvault/certificate_authority.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault::test {

class Client {
 public:
  // Connects to 127.0.0.1; every later wait ends after 10 s.
  explicit Client(std::uint16_t port);

  // From here on TLS with this name as SNI and as the name the certificate must be for. False when
  // the handshake or the verification fails; alert() then says what the server sent.
  bool start_tls(const CertificateAuthority& authority, const std::string& name);
  [[nodiscard]] const std::string& alert() const { return alert_; }

  void send(const std::string& bytes);
  // One response: head, and as much body as its Content-Length says or the connection brings.
  std::string receive();
  std::string exchange(const std::string& request) {
    send(request);
    return receive();
  }
  // True if the connection has been ended by a reset, not in order.
  bool was_reset();

 private:
  std::string read_some();

  kvlaunch::Descriptor socket_;
  std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, OpensslFree<SSL_free>> tls_;
  std::string alert_;
  std::string buffer_;
};

}  // namespace devvault::test
