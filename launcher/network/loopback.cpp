// Listening on 127.0.0.1 for what a browser brings back.
#include "launcher/network/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t most_connections = 16;
constexpr int most_waiting = 64;
constexpr std::size_t largest_head = 16 * 1024;

std::string response_text(const LoopbackAnswer& answer) {
  const char* const reason = answer.status == 200 ? "OK" : "Not accepted";
  return "HTTP/1.1 " + std::to_string(answer.status) + " " + reason +
         "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
         std::to_string(answer.page.size()) +
         "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: "
         "close\r\n\r\n" +
         answer.page;
}

// "GET /target HTTP/1.1"; empty if it is none.
std::string_view target_of(std::string_view head) {
  constexpr std::string_view method = "GET ";
  const auto line = head.substr(0, head.find("\r\n"));
  const auto end = line.rfind(" HTTP/1.");
  if (!line.starts_with(method) || end == std::string_view::npos || end <= method.size()) return {};
  return line.substr(method.size(), end - method.size());
}

struct Connection {
  Descriptor socket;
  std::string head;
};

enum class Reading { more, whole, broken };

Reading read_head(Connection& connection) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t length = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return Reading::more;
    if (length <= 0) return Reading::broken;
    connection.head.append(buffer.data(), static_cast<std::size_t>(length));
    if (connection.head.size() > largest_head) return Reading::broken;
    if (connection.head.find("\r\n\r\n") != std::string::npos) return Reading::whole;
  }
}

class Listener final : public LoopbackListener {
 public:
  Listener(const Clock& clock, Descriptor socket, std::uint16_t port)
      : clock_(clock), socket_(std::move(socket)), port_(port) {}

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  Result<void> serve(const std::function<LoopbackAnswer(std::string_view)>& answer,
                     const Deadline& deadline) override {
    while (!deadline.passed(clock_)) {
      wait(deadline);
      accept_all();
      for (auto connection = connections_.begin(); connection != connections_.end();) {
        const Reading reading = read_head(*connection);
        if (reading == Reading::more) {
          ++connection;
          continue;
        }
        const auto target =
            reading == Reading::whole ? target_of(connection->head) : std::string_view{};
        const bool last = !target.empty() && reply(*connection, answer(target));
        connection = connections_.erase(connection);
        if (last) return {};
      }
    }
    return Error{.code = Code::deadline, .message = "no browser came back in time"};
  }

 private:
  void wait(const Deadline& deadline) const {
    std::vector<pollfd> sources{{socket_.get(), POLLIN, 0}};
    for (const Connection& connection : connections_) {
      sources.push_back({connection.socket.get(), POLLIN, 0});
    }
    constexpr Milliseconds longest{60'000};
    const auto left = std::min(deadline.remaining(clock_), longest);
    ::poll(sources.data(), sources.size(), static_cast<int>(left.count()));
  }

  void accept_all() {
    for (std::size_t i = 0; i < most_connections; ++i) {
      Descriptor next{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
      if (!next.valid()) return;
      if (connections_.size() == most_connections) connections_.erase(connections_.begin());
      connections_.push_back({std::move(next), {}});
    }
  }

  // True if that was the last one. A small answer fits the empty buffer of a new socket.
  static bool reply(const Connection& connection, const LoopbackAnswer& answer) {
    const std::string text = response_text(answer);
    [[maybe_unused]] const auto sent =
        ::send(connection.socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
    ::shutdown(connection.socket.get(), SHUT_WR);
    return answer.last;
  }

  const Clock& clock_;
  Descriptor socket_;
  std::uint16_t port_;
  std::vector<Connection> connections_;
};

Error failed() {
  return system_error("cannot listen on", "127.0.0.1", errno);
}

}  // namespace

Result<std::unique_ptr<LoopbackListener>> SystemLoopback::listen() {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket.valid()) return failed();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 || ::listen(socket.get(), most_waiting) != 0 ||
      ::getsockname(socket.get(), generic, &size) != 0) {
    return failed();
  }
  const std::uint16_t port = ntohs(address.sin_port);
  return std::unique_ptr<LoopbackListener>{
      std::make_unique<Listener>(clock_, std::move(socket), port)};
}

}  // namespace kvlaunch
