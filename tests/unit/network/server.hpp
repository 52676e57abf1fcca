// Small servers on loopback whose behaviour a test writes down as a function.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "launcher/base/descriptor.hpp"
#include "launcher/network/openssl_handles.hpp"
#include "launcher/network/socket_bio.hpp"

namespace kvlaunch::network::test {

// The server's end of one connection; blocking. Everything returns at once when the server stops.
class Peer {
 public:
  Peer(int socket, const SocketBio& bio);

  // False: the client did not like it. May be called again, for TLS inside TLS.
  bool start_tls(SSL_CTX* context);
  // The name the client sent in its uppermost handshake (SNI); empty if none.
  [[nodiscard]] std::string server_name() const;
  // Head and body of the next request; empty when the client has gone.
  std::string read_request();
  void write(std::string_view text);
  // A complete response with Content-Length.
  void answer(int status, std::string_view body, std::string_view more_headers = "");
  // Says nothing more; returns when the client has gone.
  void hold();
  // Ends the stream without a close_notify of TLS.
  void cut();

 private:
  int socket_;
  BioHandle top_;
  SSL* tls_ = nullptr;  // owned by top_
};

// Accepts connections and runs `serve` for each, in a thread of its own. The connection is closed
// when `serve` returns.
class Server {
 public:
  using Serve = std::function<void(Peer&)>;
  explicit Server(Serve serve, const std::string& address = "127.0.0.1");
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // "https://HOST:PORT/target"
  [[nodiscard]] std::string url(const std::string& scheme_and_host,
                                const std::string& target) const;
  [[nodiscard]] std::size_t connections() const;
  // Returns once that many connections have been accepted.
  void await_connections(std::size_t count);

 private:
  void accept_loop();

  Serve serve_;
  SocketBio bio_;
  Descriptor listening_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable accepted_;
  std::vector<int> sockets_;  // of running connections, for waking them; -1: closed
  std::vector<std::thread> workers_;
  bool stopping_ = false;
  std::size_t connections_ = 0;
  std::thread acceptor_;
};

// Listens but never completes a handshake: its queue is full, so packets to it get no answer.
class BlackHole {
 public:
  explicit BlackHole(const std::string& address, std::uint16_t port = 0);
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Descriptor listening_;
  std::vector<Descriptor> fillers_;
  std::uint16_t port_ = 0;
};

// A port on which nothing listens, for as long as this object lives.
class ClosedPort {
 public:
  ClosedPort();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Descriptor bound_;  // bound, not listening: connecting is refused
  std::uint16_t port_ = 0;
};

}  // namespace kvlaunch::network::test
