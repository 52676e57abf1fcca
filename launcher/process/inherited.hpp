// The state this process was started with, captured before any library's constructor ran.
//
// Linking PocoFoundation blocks SIGPIPE before main (a static constructor calls pthread_sigmask),
// so main is too late to look. The capture runs from .preinit_array: plain data, no allocation.
// Calling inherited_state() is what pulls the capture into a program linked from static libraries.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <climits>
#include <cstddef>
#include <cstdint>

namespace kvlaunch {

// Signals as the kernel keeps them: bit n-1 is signal n, 1 to 64. glibc's sigset_t is not used for
// what is handed on, because its functions leave out the two signals it reserves (32 and 33).
using SignalSet = std::uint64_t;

constexpr SignalSet bit_of(int signal) {
  return SignalSet{1} << (signal - 1);
}

struct InheritedState {
  static constexpr int signal_count = 64;
  static constexpr std::size_t max_descriptor_runs = 1024;

  struct DescriptorRun {
    int first = 0;
    int last = 0;
  };

  SignalSet mask = 0;
  SignalSet pending = 0;  // blocked and raised before we started: the target's, not ours
  // Every other disposition is the default: execve leaves only these two (signal(7)).
  SignalSet ignored_signals = 0;
  rlimit core_limit{};
  mode_t umask = 0;
  // Open at start: neighbouring descriptors make one run, ascending.
  std::array<DescriptorRun, max_descriptor_runs> descriptor_runs{};
  std::size_t descriptor_run_count = 0;
  // The list is complete up to this number: not to the end if there were more runs or /proc is not
  // mounted. Everything past it counts as inherited, because what we open ourselves is CLOEXEC from
  // the start.
  int descriptors_known_to = INT_MAX;
  std::array<bool, 3> standard_was_closed{};  // /dev/null stands there with CLOEXEC meanwhile

  [[nodiscard]] bool ignored(int signal) const { return (ignored_signals & bit_of(signal)) != 0; }
  [[nodiscard]] bool blocked(int signal) const { return (mask & bit_of(signal)) != 0; }
  [[nodiscard]] bool was_pending(int signal) const { return (pending & bit_of(signal)) != 0; }
  [[nodiscard]] bool has_descriptor(int descriptor) const;
};

// The one capture of this process. Written once before main, constant afterwards.
const InheritedState& inherited_state();

// Started set-uid, set-gid or with file capabilities (AT_SECURE, getauxval(3)): the environment and
// the descriptors then come from somebody less trusted, and kvlaunch must not run.
bool runs_privileged();

}  // namespace kvlaunch
