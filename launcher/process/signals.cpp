// The handler that ends kvlaunch before exec, and what it has to take along.
#include "launcher/process/signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "launcher/process/kernel_signals.hpp"

namespace kvlaunch {
namespace {

constexpr std::array termination_signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT};

// A handler can be handed nothing, so what it needs stands here. 0 is a free place.
std::array<std::atomic<pid_t>, max_helper_groups> helper_groups{};
std::atomic<bool> ending{false};
std::atomic<const char*> terminal_cleanup{nullptr};
static_assert(std::atomic<pid_t>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

void end_of_signal(int signal) {
  // Before looking: a group registered from now on is refused, one registered before is seen.
  ending.store(true);
  for (const auto& place : helper_groups) {
    const pid_t group = place.load();
    if (group > 0) ::kill(-group, SIGKILL);
  }
  if (const char* bytes = terminal_cleanup.load(); bytes != nullptr) {
    const ssize_t written = ::write(STDERR_FILENO, bytes, std::strlen(bytes));
    static_cast<void>(written);  // nobody is left to hear of a failure
  }
  // PID 1 is immune to signals without a handler, even to its own (pid_namespaces(7)).
  if (::getpid() == 1) ::_exit(128 + signal);
  set_disposition(signal, SIG_DFL);
  ::raise(signal);  // to this thread, which takes it when it is unblocked
  set_mask(current_mask() & ~bit_of(signal));
  ::_exit(128 + signal);
}

}  // namespace

void end_on_termination_signals(const InheritedState& inherited) {
  struct sigaction action {};
  action.sa_handler = end_of_signal;
  SignalSet unblocked = 0;
  for (const int signal : termination_signals) ::sigaddset(&action.sa_mask, signal);
  for (const int signal : termination_signals) {
    if (!inherited.ignored(signal)) ::sigaction(signal, &action, nullptr);
    if (!inherited.was_pending(signal)) unblocked |= bit_of(signal);
  }
  if (inherited.ignored(SIGCHLD)) set_disposition(SIGCHLD, SIG_DFL);
  set_mask((current_mask() & ~unblocked) | bit_of(SIGPIPE));
}

void block_all_signals() {
  set_mask(~SignalSet{0});
}

bool register_helper_group(pid_t group) {
  for (auto& place : helper_groups) {
    pid_t free_place = 0;
    if (place.compare_exchange_strong(free_place, group)) return !ending.load();
  }
  return false;
}

void forget_helper_group(pid_t group) {
  for (auto& place : helper_groups) {
    pid_t expected = group;
    if (place.compare_exchange_strong(expected, 0)) return;
  }
}

void set_terminal_cleanup(const char* bytes) {
  terminal_cleanup.store(bytes);
}

}  // namespace kvlaunch
