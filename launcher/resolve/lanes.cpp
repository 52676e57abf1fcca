// Handing jobs to threads.
#include "launcher/resolve/lanes.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <optional>

#include "launcher/base/thread.hpp"

namespace kvlaunch {
namespace {

// Which jobs are left, and who works where.
class Board {
 public:
  explicit Board(const std::vector<Lane>& lanes) : lanes_(lanes), places_(lanes.size()) {}

  // Takes jobs until none is to be had. A job that cannot be had because its lane has all its
  // workers is left to them: each of them comes back to its lane.
  void work() {
    std::optional<std::size_t> lane = join();
    while (lane) {
      while (const auto job = next_of(*lane)) run(lanes_[*lane].jobs[*job]);
      lane = join();
    }
  }

  [[nodiscard]] bool ran_out_of_memory() const { return out_of_memory_; }

  [[nodiscard]] std::size_t useful_workers() const {
    std::size_t count = 0;
    for (const Lane& lane : lanes_) count += std::min(limit_of(lane), lane.jobs.size());
    return count;
  }

 private:
  struct Place {
    std::size_t next = 0;
    std::size_t workers = 0;
  };

  void run(const std::function<void()>& job) {
    try {
      job();
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
    }
  }

  static std::size_t limit_of(const Lane& lane) { return std::max<std::size_t>(lane.workers, 1); }

  // The lane with the fewest workers among those that have jobs and room.
  std::optional<std::size_t> join() {
    const std::lock_guard lock{mutex_};
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const Place& place = places_[i];
      if (place.next >= lanes_[i].jobs.size() || place.workers >= limit_of(lanes_[i])) continue;
      if (!best || place.workers < places_[*best].workers) best = i;
    }
    if (best) ++places_[*best].workers;
    return best;
  }

  // Nothing: the lane is done, and its worker has left it.
  std::optional<std::size_t> next_of(std::size_t lane) {
    const std::lock_guard lock{mutex_};
    Place& place = places_[lane];
    if (place.next < lanes_[lane].jobs.size()) return place.next++;
    --place.workers;
    return std::nullopt;
  }

  const std::vector<Lane>& lanes_;
  std::mutex mutex_;
  std::vector<Place> places_;
  // A flag and not an Error: to make one takes the memory that is not there.
  std::atomic<bool> out_of_memory_{false};
};

}  // namespace

Result<void> run_lanes(const std::vector<Lane>& lanes, std::size_t most_workers) {
  Board board{lanes};
  const std::size_t wanted =
      std::min(std::max<std::size_t>(most_workers, 1), board.useful_workers());
  std::vector<Thread> threads;
  while (threads.size() < wanted) {
    auto thread = Thread::start([&board] { board.work(); });
    if (!thread) break;
    threads.push_back(std::move(*thread));
  }
  if (threads.empty()) board.work();
  threads.clear();  // joins
  if (board.ran_out_of_memory()) {
    return Error{.code = Code::out_of_memory, .message = "out of memory"};
  }
  return {};
}

}  // namespace kvlaunch
