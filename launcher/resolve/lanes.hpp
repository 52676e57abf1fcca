// Jobs side by side: one lane per vault origin, a bounded number of workers in each and in all.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "launcher/base/result.hpp"

namespace kvlaunch {

struct Lane {
  std::vector<std::function<void()>> jobs;  // begun in order; throw std::bad_alloc alone
  std::size_t workers = 1;                  // at most; never more than jobs
};

// Returns when every job of every lane is done. Jobs run on `most_workers` threads at most, all
// signals blocked there; where the system refuses threads, on the calling thread. As long as there
// are workers, each lane gets one before any gets a second. A job that runs out of memory is given
// up and the others go on; the error is then Code::out_of_memory.
Result<void> run_lanes(const std::vector<Lane>& lanes, std::size_t most_workers);

}  // namespace kvlaunch
