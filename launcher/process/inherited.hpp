// The state this process was started with, captured before any library's constructor ran.
//
// Linking PocoFoundation blocks SIGPIPE before main (a static constructor calls pthread_sigmask),
// so main is too late to look. The capture runs from .preinit_array: plain data, no allocation.
#pragma once

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cstddef>

namespace kvlaunch {

struct InheritedState {
  static constexpr int signal_count = 64;
  static constexpr std::size_t max_descriptors = 4096;

  sigset_t mask{};
  std::array<struct sigaction, signal_count + 1> dispositions{};  // by signal number
  rlimit core_limit{};
  mode_t umask = 0;
  std::array<int, max_descriptors> descriptors{};  // open at start, ascending
  std::size_t descriptor_count = 0;
  bool descriptors_complete = true;  // false: more than max_descriptors were open
  std::array<bool, 3> standard_was_closed{};  // /dev/null stands there with CLOEXEC meanwhile

  [[nodiscard]] bool ignored(int signal) const;
  [[nodiscard]] bool has_descriptor(int descriptor) const;
};

// The one capture of this process. Written once before main, constant afterwards.
const InheritedState& inherited_state();

}  // namespace kvlaunch
