// Waiting that a stop cuts short.
#include "devvault/stop.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

namespace devvault {
namespace {

int poll_timeout(Milliseconds patience) {
  constexpr Milliseconds::rep longest = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<Milliseconds::rep>(patience.count(), 0, longest));
}

}  // namespace

Stop::Stop() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Stop::raise() const {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, which means raised.
  [[maybe_unused]] const ssize_t written = write(event_.get(), &one, sizeof one);
}

bool Stop::raised() const {
  return !sleep(Milliseconds{0});
}

Waited Stop::wait_for(int descriptor, short events, Milliseconds patience) const {
  std::array<pollfd, 2> watched{{{event_.get(), POLLIN, 0}, {descriptor, events, 0}}};
  // A signal begins the wait anew: devvault's threads block all of them, so it cannot repeat.
  int ready = 0;
  do {
    ready = poll(watched.data(), watched.size(), poll_timeout(patience));
  } while (ready < 0 && errno == EINTR);
  if (watched[0].revents != 0) return Waited::stopped;
  return ready > 0 ? Waited::ready : Waited::timed_out;
}

bool Stop::sleep(Milliseconds length) const {
  return wait_for(-1, 0, length) != Waited::stopped;
}

}  // namespace devvault
