// Connecting and carrying bytes.
#include "devvault/tunnel.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>

#include "launcher/base/thread.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr Milliseconds connect_patience{10'000};
constexpr int idle_milliseconds = 600'000;

// More than resolv.conf(5)'s own tries take: 2 of 5 s each, at 3 servers.
constexpr Milliseconds look_up_patience{60'000};

struct AddressesDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

// Nothing can interrupt getaddrinfo(3): it runs on a thread that owns its part of this, and whoever
// cannot wait for it leaves it behind.
struct LookUp {
  kvlaunch::Descriptor done{eventfd(0, EFD_CLOEXEC)};  // readable when `found` is there
  Addresses found;
};

Addresses look_up(const Authority& authority, const Stop& stop, const Resolver& resolver) {
  const auto shared = std::make_shared<LookUp>();
  const bool started = kvlaunch::Thread::start_detached([shared, authority, resolver] {
    const std::string service = std::to_string(authority.port);  // five digits: needs no memory
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (resolver(authority.host.c_str(), service.c_str(), &wanted, &found) == 0) {
      shared->found.reset(found);
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(shared->done.get(), &one, sizeof one);
  });
  if (!started || stop.wait_for(shared->done.get(), POLLIN, look_up_patience) != Waited::ready) {
    return nullptr;
  }
  std::uint64_t count = 0;
  if (read(shared->done.get(), &count, sizeof count) != sizeof count) return nullptr;
  return std::move(shared->found);
}

std::optional<kvlaunch::Descriptor> try_address(const addrinfo& address, const Stop& stop) {
  kvlaunch::Descriptor socket{
      ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol)};
  if (!socket.valid()) return std::nullopt;
  if (connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS ||
      stop.wait_for(socket.get(), POLLOUT, connect_patience) != Waited::ready) {
    return std::nullopt;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? std::optional{std::move(socket)} : std::nullopt;
}

enum class Moved { some, ended, broken };

Moved move_bytes(Stream& from, Stream& to) {
  std::array<char, 16 * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const ReadResult result = from.read(bytes, Milliseconds{0});
  switch (result.status) {
    case ReadResult::Status::data:
      return to.write({bytes.data(), result.size}) ? Moved::some : Moved::broken;
    case ReadResult::Status::end:
      return Moved::ended;
    case ReadResult::Status::timed_out:
      return Moved::some;
    case ReadResult::Status::failed:
      return Moved::broken;
  }
  return Moved::broken;
}

bool is_hop_by_hop(std::string_view name) {
  constexpr std::array<std::string_view, 8> names{
      "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
      "te",         "upgrade",    "transfer-encoding"};
  const std::string lower = kvlaunch::to_lower(name);
  return std::find(names.begin(), names.end(), lower) != names.end();
}

}  // namespace

std::optional<kvlaunch::Descriptor> connect_to(const Authority& authority, const Stop& stop,
                                               const Resolver& resolver) {
  const Addresses found = look_up(authority, stop, resolver);
  for (const addrinfo* address = found.get(); address != nullptr; address = address->ai_next) {
    if (auto socket = try_address(*address, stop)) return socket;
  }
  return std::nullopt;
}

void tunnel(Stream& client, kvlaunch::Descriptor upstream, std::string_view first,
            const Stop& stop) {
  const int upstream_number = upstream.get();
  SocketStream server{std::move(upstream), stop};
  if (!server.write(first)) return;
  bool client_open = true;
  for (;;) {
    std::array<pollfd, 3> watched{{{stop.descriptor(), POLLIN, 0},
                                   {client_open ? client.descriptor() : -1, POLLIN, 0},
                                   {upstream_number, POLLIN, 0}}};
    const bool buffered = client_open && client.has_buffered();
    const int ready = poll(watched.data(), watched.size(), buffered ? 0 : idle_milliseconds);
    if (watched[0].revents != 0 || (ready == 0 && !buffered)) break;
    if (ready < 0 && errno != EINTR) break;
    if (watched[1].revents != 0 || buffered) {
      const Moved moved = move_bytes(client, server);
      if (moved == Moved::broken) break;
      if (moved == Moved::ended) {
        client_open = false;
        shutdown(upstream_number, SHUT_WR);
      }
    }
    if (watched[2].revents != 0) {
      // At its end the client has all there is; its own half might stay open for ever.
      if (move_bytes(server, client) != Moved::some) break;
    }
  }
}

std::string forwarded_request(const RequestHead& head, const Request& request,
                              const std::string& body) {
  const std::size_t path = head.target.find('/', head.target.find("://") + 3);
  std::string text = head.method + " " +
                     (path == std::string::npos ? request.path : head.target.substr(path)) +
                     " HTTP/1.1\r\n";
  for (const auto& [name, value] : head.headers) {
    if (is_hop_by_hop(name) || kvlaunch::equal_ignoring_case(name, "expect") ||
        kvlaunch::equal_ignoring_case(name, "content-length")) {
      continue;
    }
    text.append(name).append(": ").append(value).append("\r\n");
  }
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "Connection: close\r\n\r\n" + body;
}

}  // namespace devvault
