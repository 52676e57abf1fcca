// Time as a seam: the wall clock for dates the service sends, the steady clock for durations.
#pragma once

#include <algorithm>
#include <chrono>

namespace kvlaunch {

using WallTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual WallTime wall() const = 0;
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  // Returns at or after `until`. Safe to call from several threads.
  virtual void sleep_until(SteadyTime until) = 0;
};

// The moment by which something must have ended. One for the whole start, handed down everywhere;
// steps may use a sooner one, never a later one.
class Deadline {
 public:
  explicit Deadline(SteadyTime at) : at_(at) {}
  static Deadline in(const Clock& clock, Milliseconds duration) {
    return Deadline{clock.steady() + duration};
  }

  [[nodiscard]] SteadyTime at() const { return at_; }
  [[nodiscard]] bool passed(const Clock& clock) const { return clock.steady() >= at_; }
  // Never negative.
  [[nodiscard]] Milliseconds remaining(const Clock& clock) const {
    const auto left = std::chrono::ceil<Milliseconds>(at_ - clock.steady());
    return std::max(left, Milliseconds{0});
  }
  [[nodiscard]] Deadline sooner(const Clock& clock, Milliseconds limit) const {
    return Deadline{std::min(at_, clock.steady() + limit)};
  }

 private:
  SteadyTime at_;
};

// The clocks of this machine; stateless and thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  void sleep_until(SteadyTime until) override;
};

}  // namespace kvlaunch
