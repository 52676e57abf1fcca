// Handing jobs to threads.
#include "launcher/resolve/lanes.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <new>

#include "launcher/base/thread.hpp"

namespace kvlaunch {
namespace {

// A flag and not an Error: to make one takes the memory that is not there.
void work_on(const Lane& lane, std::atomic<std::size_t>& next, std::atomic<bool>& out_of_memory) {
  for (std::size_t i = next++; i < lane.jobs.size(); i = next++) {
    try {
      lane.jobs[i]();
    } catch (const std::bad_alloc&) {
      out_of_memory = true;
    }
  }
}

}  // namespace

Result<void> run_lanes(const std::vector<Lane>& lanes) {
  std::atomic<bool> out_of_memory{false};
  std::deque<std::atomic<std::size_t>> counters;  // a deque: atomics cannot move
  std::vector<Thread> threads;
  std::vector<std::size_t> unmanned;
  for (std::size_t index = 0; index < lanes.size(); ++index) {
    const Lane& lane = lanes[index];
    auto& next = counters.emplace_back(0);
    const std::size_t wanted = std::min(std::max<std::size_t>(lane.workers, 1), lane.jobs.size());
    std::size_t started = 0;
    while (started < wanted) {
      auto thread = Thread::start([&] { work_on(lane, next, out_of_memory); });
      if (!thread) break;
      threads.push_back(std::move(*thread));
      ++started;
    }
    if (started == 0) unmanned.push_back(index);
  }
  for (const std::size_t index : unmanned) {
    work_on(lanes[index], counters[index], out_of_memory);
  }
  threads.clear();  // joins
  if (out_of_memory) return Error{.code = Code::out_of_memory, .message = "out of memory"};
  return {};
}

}  // namespace kvlaunch
