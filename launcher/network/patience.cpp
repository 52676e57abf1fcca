// Waiting with poll(2) under a deadline and a stop signal.
#include "launcher/network/patience.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace kvlaunch::network {

StopSignal::StopSignal() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSignal::raise() {
  raised_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  // Cannot block, and fails only for a counter that nobody else touches.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

Waited wait_for(int descriptor, short events, const Patience& patience) {
  std::array<pollfd, 2> polled{{{descriptor, events, 0}, {}}};
  return wait_for_any(polled, SteadyTime::max(), patience);
}

Waited wait_for_any(std::span<pollfd> polled, SteadyTime until, const Patience& patience) {
  polled.back() = {patience.stop.descriptor(), POLLIN, 0};
  const Deadline sooner{std::min(until, patience.deadline.at())};
  while (true) {
    if (patience.ended()) return Waited::out_of_time;
    const auto left = std::min<Milliseconds::rep>(sooner.remaining(patience.clock).count(),
                                                  std::numeric_limits<int>::max());
    const int ready = poll(polled.data(), polled.size(), static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;  // signals are the main program's business
    if (patience.ended()) return Waited::out_of_time;
    if (ready != 0 || sooner.passed(patience.clock)) return Waited::ready;
  }
}

Error out_of_time(std::string_view what) {
  return Error{.code = Code::deadline,
               .message = "the time was up while " + std::string{what},
               .hint = "raise --timeout if the service is only slow"};
}

}  // namespace kvlaunch::network
