// Handing jobs to threads.
#include "launcher/resolve/lanes.hpp"

#include <algorithm>
#include <atomic>
#include <deque>

#include "launcher/base/thread.hpp"

namespace kvlaunch {
namespace {

void work_on(const Lane& lane, std::atomic<std::size_t>& next) {
  for (std::size_t i = next++; i < lane.jobs.size(); i = next++) lane.jobs[i]();
}

}  // namespace

void run_lanes(const std::vector<Lane>& lanes) {
  std::deque<std::atomic<std::size_t>> counters;  // a deque: atomics cannot move
  std::vector<Thread> threads;
  std::vector<std::size_t> unmanned;
  for (std::size_t index = 0; index < lanes.size(); ++index) {
    const Lane& lane = lanes[index];
    auto& next = counters.emplace_back(0);
    const std::size_t wanted = std::min(std::max<std::size_t>(lane.workers, 1), lane.jobs.size());
    std::size_t started = 0;
    while (started < wanted) {
      auto thread = Thread::start([&lane, &next] { work_on(lane, next); });
      if (!thread) break;
      threads.push_back(std::move(*thread));
      ++started;
    }
    if (started == 0) unmanned.push_back(index);
  }
  for (const std::size_t index : unmanned) work_on(lanes[index], counters[index]);
}

}  // namespace kvlaunch
