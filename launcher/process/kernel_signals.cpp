// rt_sigaction, rt_sigprocmask and rt_sigpending without glibc in between.
#include "launcher/process/kernel_signals.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kvlaunch {
namespace {

// The kernel's struct sigaction begins with the handler on every architecture but mips; the rest
// (flags, restorer where there is one, mask) stays zero.
struct KernelSigaction {
  SignalHandler handler;
  unsigned long rest[4];
};

}  // namespace

SignalHandler disposition_of(int signal) {
  KernelSigaction action{};
  ::syscall(SYS_rt_sigaction, signal, nullptr, &action, sizeof(SignalSet));
  return action.handler;
}

void set_disposition(int signal, SignalHandler disposition) {
  const KernelSigaction action{disposition, {}};
  ::syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof(SignalSet));
}

SignalSet current_mask() {
  SignalSet mask = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, nullptr, &mask, sizeof mask);
  return mask;
}

void set_mask(SignalSet mask) {
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof mask);
}

SignalSet pending_signals() {
  SignalSet pending = 0;
  ::syscall(SYS_rt_sigpending, &pending, sizeof pending);
  return pending;
}

}  // namespace kvlaunch
