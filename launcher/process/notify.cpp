// The one datagram.
#include "launcher/process/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string_view>

namespace kvlaunch {

Result<void> notify_ready(const Environment& environment) {
  const auto name = environment.get_non_empty("NOTIFY_SOCKET");
  if (!name) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if ((name->front() != '/' && name->front() != '@') || name->size() >= sizeof address.sun_path) {
    return Error{.code = Code::usage,
                 .message = "NOTIFY_SOCKET is no path and no abstract name",
                 .hint = "leave out --notify-ready"};
  }
  std::copy(name->begin(), name->end(), address.sun_path);
  if (name->front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name->size());

  const int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender < 0) return system_error("cannot make", "a socket for NOTIFY_SOCKET", errno);
  constexpr std::string_view message = "READY=1";
  const auto sent = sendto(sender, message.data(), message.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address), length);
  const int failure = errno;
  close(sender);
  if (sent < 0) return system_error("cannot send READY=1 to", "NOTIFY_SOCKET", failure);
  return {};
}

}  // namespace kvlaunch
