// Accepting, and blocking reads and writes through the same BIO layers as the client's.
#include "tests/unit/network/server.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "launcher/base/url.hpp"
#include "launcher/network/address.hpp"

namespace kvlaunch::network::test {
namespace {

Descriptor bound_socket(const std::string& address, std::uint16_t port) {
  const auto where = Address::parse(address)->with_port(port);
  Descriptor socket{::socket(where.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::bind(socket.get(), where.data(), where.size()) != 0) {
    throw std::runtime_error("cannot bind " + where.text());
  }
  return socket;
}

Address own_address(const Descriptor& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size);
  return *Address::from(reinterpret_cast<sockaddr*>(&storage), size);
}

std::uint16_t port_of(const Descriptor& socket) {
  const auto text = own_address(socket).text();
  unsigned port = 0;
  std::from_chars(text.data() + text.rfind(':') + 1, text.data() + text.size(), port);
  return static_cast<std::uint16_t>(port);
}

}  // namespace

Peer::Peer(int socket, const SocketBio& bio) : socket_(socket), top_(bio.over(socket)) {}

bool Peer::start_tls(SSL_CTX* context) {
  SSL* ssl = SSL_new(context);
  auto* below = top_.release();
  SSL_set_bio(ssl, below, below);
  SSL_set_accept_state(ssl);
  top_.reset(BIO_new(BIO_f_ssl()));
  BIO_set_ssl(top_.get(), ssl, BIO_CLOSE);
  tls_ = ssl;
  return SSL_do_handshake(ssl) == 1;
}

std::string Peer::server_name() const {
  const char* const name =
      tls_ == nullptr ? nullptr : SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string Peer::read_request() {
  std::string text;
  std::size_t wanted = std::string::npos;
  while (text.size() < wanted) {
    std::array<char, 4096> piece{};
    const int count = BIO_read(top_.get(), piece.data(), piece.size());
    if (count <= 0) return {};
    text.append(piece.data(), static_cast<std::size_t>(count));
    const auto head_end = text.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    constexpr std::string_view name = "Content-Length: ";
    std::size_t body = 0;
    if (const auto at = text.find(name); at != std::string::npos && at < head_end) {
      std::from_chars(text.data() + at + name.size(), text.data() + head_end, body);
    }
    wanted = head_end + 4 + body;
  }
  return text;
}

void Peer::write(std::string_view text) {
  while (!text.empty()) {
    const int count = BIO_write(top_.get(), text.data(), static_cast<int>(text.size()));
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Peer::answer(int status, std::string_view body, std::string_view more_headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\n";
  text.append(more_headers);
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  text.append(body);
  write(text);
}

void Peer::hold() {
  std::array<char, 256> ignored{};
  while (recv(socket_, ignored.data(), ignored.size(), 0) > 0) {
  }
}

void Peer::cut() {
  shutdown(socket_, SHUT_RDWR);
}

Server::Server(Serve serve, const std::string& address)
    : serve_(std::move(serve)), listening_(bound_socket(address, 0)), port_(port_of(listening_)) {
  if (listen(listening_.get(), 64) != 0) throw std::runtime_error("cannot listen");
  acceptor_ = std::thread{[this] { accept_loop(); }};
}

Server::~Server() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    for (const int socket : sockets_) {
      if (socket >= 0) shutdown(socket, SHUT_RDWR);
    }
  }
  shutdown(listening_.get(), SHUT_RDWR);  // ends accept()
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
}

void Server::accept_loop() {
  while (true) {
    Descriptor socket{accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock{mutex_};
    if (!socket.valid() || stopping_) return;
    const auto place = sockets_.size();
    sockets_.push_back(socket.get());
    ++connections_;
    workers_.emplace_back([this, place, owned = std::move(socket)]() mutable {
      {
        Peer peer{owned.get(), bio_};
        serve_(peer);
      }
      const std::lock_guard closing{mutex_};
      sockets_[place] = -1;
      owned = Descriptor{};
    });
    accepted_.notify_all();
  }
}

std::string Server::url(const std::string& scheme_and_host, const std::string& target) const {
  return scheme_and_host + ":" + std::to_string(port_) + target;
}

std::size_t Server::connections() const {
  const std::lock_guard lock{mutex_};
  return connections_;
}

void Server::await_connections(std::size_t count) {
  std::unique_lock lock{mutex_};
  accepted_.wait(lock, [&] { return connections_ >= count; });
}

BlackHole::BlackHole(const std::string& address, std::uint16_t port)
    : listening_(bound_socket(address, port)), port_(port_of(listening_)) {
  // A backlog of 0 leaves room for one connection; further handshakes are dropped.
  if (listen(listening_.get(), 0) != 0) throw std::runtime_error("cannot listen");
  const auto where = own_address(listening_);
  for (int i = 0; i < 4; ++i) {
    Descriptor filler{::socket(where.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    connect(filler.get(), where.data(), where.size());
    fillers_.push_back(std::move(filler));
  }
}

ClosedPort::ClosedPort() : bound_(bound_socket("127.0.0.1", 0)), port_(port_of(bound_)) {}

}  // namespace kvlaunch::network::test
