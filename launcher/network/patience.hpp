// How long a network operation may wait: until a descriptor is ready, the deadline has passed, or
// the transport is being closed.
#pragma once

#include <poll.h>

#include <atomic>
#include <span>

#include "launcher/base/clock.hpp"
#include "launcher/base/descriptor.hpp"
#include "launcher/base/result.hpp"

namespace kvlaunch::network {

// Raised once, when the transport is destroyed; wakes every thread that polls. Thread-safe.
class StopSignal {
 public:
  StopSignal();
  void raise();
  [[nodiscard]] bool raised() const { return raised_.load(std::memory_order_acquire); }
  // Readable once raised. -1 if the process had no descriptor left: poll ignores that, and threads
  // then notice the flag at their deadline.
  [[nodiscard]] int descriptor() const { return event_.get(); }

 private:
  Descriptor event_;
  std::atomic<bool> raised_{false};
};

// Handed down by reference; outlives the call it is handed to. Waiting itself is the kernel's: a
// clock that does not run with CLOCK_MONOTONIC makes deadlines late, never early.
struct Patience {
  const Clock& clock;
  Deadline deadline;
  const StopSignal& stop;

  [[nodiscard]] bool ended() const { return stop.raised() || deadline.passed(clock); }
};

enum class Waited { ready, out_of_time };

// poll(2) for one descriptor. Errors of the descriptor count as ready: the next call on it tells.
Waited wait_for(int descriptor, short events, const Patience& patience);
// The same for several; also returns, as ready, at `until` when that is sooner than the deadline.
// The last element of `polled` is overwritten with the stop signal's descriptor.
Waited wait_for_any(std::span<pollfd> polled, SteadyTime until, const Patience& patience);

// Code::deadline: "the time was up while <what>".
Error out_of_time(std::string_view what);

}  // namespace kvlaunch::network
