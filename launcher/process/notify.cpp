// The one datagram.
#include "launcher/process/notify.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <string_view>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch {

namespace {

Error unsendable(int error_number) {
  Error error = system_error("cannot send READY=1 to", "NOTIFY_SOCKET", error_number);
  error.hint =
      "check that the service manager still listens there (NotifyAccess=, a unit of "
      "Type=notify), or leave out --notify-ready";
  return error;
}

// Connected and not only addressed: poll(2) then waits for room in the queue of the other side.
Result<void> send_datagram(const sockaddr_un& address, socklen_t length, std::string_view message,
                           const Clock& clock, const Deadline& deadline) {
  const Descriptor sender{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!sender.valid()) return system_error("cannot make", "a socket for NOTIFY_SOCKET", errno);
  if (connect(sender.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    return unsendable(errno);
  }
  while (send(sender.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return unsendable(errno);
    const auto left = std::min<Milliseconds::rep>(deadline.remaining(clock).count(),
                                                  std::numeric_limits<int>::max());
    if (left == 0) {
      return Error{.code = Code::deadline,
                   .message = "the time was up while NOTIFY_SOCKET took no message",
                   .hint = "check that the service manager reads it, or leave out --notify-ready"};
    }
    pollfd watched{sender.get(), POLLOUT, 0};
    poll(&watched, 1, static_cast<int>(left));
  }
  return {};
}

}  // namespace

Result<void> notify_ready(const Environment& environment, const Clock& clock,
                          const Deadline& deadline) {
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

  return send_datagram(address, length, "READY=1", clock, deadline);
}

}  // namespace kvlaunch
