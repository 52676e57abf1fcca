// The capture before main.
#include "launcher/process/inherited.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "launcher/process/descriptors.hpp"
#include "launcher/process/kernel_signals.hpp"

namespace kvlaunch {
namespace {

// Filled before any constructor runs, so it must not have one itself.
constinit InheritedState captured;

void capture_signals() {
  captured.mask = current_mask();
  captured.pending = pending_signals();
  for (int signal = 1; signal <= InheritedState::signal_count; ++signal) {
    if (disposition_of(signal) == SIG_IGN) captured.ignored_signals |= bit_of(signal);
  }
}

void add_descriptor(int descriptor, void* /*context*/) {
  auto* runs = captured.descriptor_runs.data();
  std::size_t& count = captured.descriptor_run_count;
  if (count > 0 && runs[count - 1].last + 1 == descriptor) {
    runs[count - 1].last = descriptor;
  } else if (count < InheritedState::max_descriptor_runs) {
    runs[count++] = {descriptor, descriptor};
  } else if (captured.descriptors_known_to == INT_MAX) {
    captured.descriptors_known_to = descriptor - 1;
  }
}

// Without /proc: the first numbers one by one.
void probe_descriptors() {
  constexpr int probed = 1024;  // the usual soft limit
  captured.descriptor_run_count = 0;
  for (int descriptor = 0; descriptor < probed; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) add_descriptor(descriptor, nullptr);
  }
  captured.descriptors_known_to = std::min(captured.descriptors_known_to, probed - 1);
}

// Otherwise the first socket we open would become standard output. CLOEXEC, so that the target
// finds closed what was closed. Without /dev any descriptor will do to hold the place.
void fill_standard_descriptors() {
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    captured.standard_was_closed[static_cast<std::size_t>(descriptor)] = true;
    if (::open("/dev/null", O_RDWR | O_CLOEXEC) < 0) ::open("/", O_PATH | O_CLOEXEC);
  }
}

void capture(int /*argc*/, char** /*argv*/, char** /*envp*/) {
  capture_signals();
  ::getrlimit(RLIMIT_CORE, &captured.core_limit);
  // Only readable by setting it; nobody else runs yet.
  captured.umask = ::umask(0);
  ::umask(captured.umask);
  if (!visit_open_descriptors(add_descriptor, nullptr)) probe_descriptors();
  fill_standard_descriptors();
}

using PreinitFunction = void (*)(int, char**, char**);
[[gnu::section(".preinit_array"), gnu::used]] const PreinitFunction capture_before_main = capture;

}  // namespace

bool InheritedState::has_descriptor(int descriptor) const {
  for (std::size_t i = 0; i < descriptor_run_count; ++i) {
    if (descriptor < descriptor_runs[i].first) return false;
    if (descriptor <= descriptor_runs[i].last) return true;
  }
  return descriptor > descriptors_known_to;
}

const InheritedState& inherited_state() {
  return captured;
}

bool runs_privileged() {
  return ::getauxval(AT_SECURE) != 0;
}

}  // namespace kvlaunch
