// Walking and marking open descriptors where nothing may allocate: before main and after fork.
#pragma once

#include <utility>

namespace kvlaunch {

// Owns one descriptor; -1 is none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int descriptor) : descriptor_(descriptor) {}
  UniqueFd(UniqueFd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool open() const { return descriptor_ >= 0; }
  void reset();

 private:
  int descriptor_ = -1;
};

// Calls `visit(descriptor, context)` for every open descriptor in ascending order, the one used for
// looking excepted. False: /proc/self/fd cannot be read. Async-signal-safe, allocates nothing.
bool visit_open_descriptors(void (*visit)(int descriptor, void* context), void* context);

// Sets CLOEXEC on every open descriptor from `first` to `last`, both included. Uses close_range
// (Linux 5.11 for CLOSE_RANGE_CLOEXEC), else goes through /proc/self/fd, else through the numbers
// below the soft limit and 65536. Async-signal-safe.
void set_close_on_exec(unsigned first, unsigned last);

}  // namespace kvlaunch
