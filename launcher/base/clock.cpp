// The real clock.
#include "launcher/base/clock.hpp"

#include <thread>

namespace kvlaunch {

void SystemClock::sleep_until(SteadyTime until) {
  std::this_thread::sleep_until(until);
}

}  // namespace kvlaunch
