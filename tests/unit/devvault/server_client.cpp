// The client's few moves.
#include "tests/unit/devvault/server_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

namespace devvault::test {

Client::Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{10, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    socket_.reset();
  }
}

bool Client::start_tls(const CertificateAuthority& authority, const std::string& name) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.certificate());
  tls_.reset(SSL_new(context_.get()));
  SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(name.c_str()));
  SSL_set1_host(tls_.get(), name.c_str());
  SSL_set_fd(tls_.get(), socket_.get());
  const bool connected = SSL_connect(tls_.get()) == 1;
  if (!connected) {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    alert_ = reason == nullptr ? "" : reason;
    tls_.reset();
  }
  ERR_clear_error();
  return connected;
}

void Client::send(const std::string& bytes) {
  if (tls_) {
    SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
  } else {
    ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
}

std::string Client::read_some() {
  std::array<char, 4096> bytes{};
  const int size = static_cast<int>(bytes.size());
  const auto received =
      tls_ ? SSL_read(tls_.get(), bytes.data(), size) : recv(socket_.get(), bytes.data(), 4096, 0);
  ERR_clear_error();
  return received > 0 ? std::string{bytes.data(), static_cast<std::size_t>(received)} : "";
}

std::string Client::receive() {
  const std::string field = "Content-Length: ";
  for (;;) {
    const std::size_t head = buffer_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::size_t at = buffer_.find(field);
      const std::size_t body =
          at < head ? std::stoul(buffer_.substr(at + field.size())) : std::size_t{0};
      if (buffer_.size() >= head + 4 + body) {
        const std::string response = buffer_.substr(0, head + 4 + body);
        buffer_.erase(0, head + 4 + body);
        return response;
      }
    }
    const std::string more = read_some();
    if (more.empty()) return std::exchange(buffer_, {});
    buffer_ += more;
  }
}

bool Client::was_reset() {
  char byte = 0;
  return recv(socket_.get(), &byte, 1, 0) < 0 && errno == ECONNRESET;
}

}  // namespace devvault::test
