// Signals in, exit code out.
#include "devvault/command.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "devvault/report.hpp"

namespace devvault {
namespace {

// All that would end devvault before its files are removed, as far as nothing is wrong with it.
constexpr std::array<int, 10> ending{SIGTERM,   SIGINT,  SIGHUP, SIGQUIT,   SIGALRM,
                                     SIGVTALRM, SIGPROF, SIGIO,  SIGSTKFLT, SIGPWR};
constexpr std::array<int, 2> passed_on{SIGUSR1, SIGUSR2};

bool is_ending(int signal) {
  for (const int candidate : ending) {
    if (candidate == signal) return true;
  }
  return false;
}

// A blocked signal is queued even where it is ignored (signal(7) leaves that open, Linux does so):
// those that nohup and the like had ignored must not be waited for.
sigset_t held_signals(const kvlaunch::InheritedState& inherited) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (const int signal : ending) {
    if (!inherited.ignored(signal)) sigaddset(&set, signal);
  }
  for (const int signal : passed_on) {
    if (!inherited.ignored(signal)) sigaddset(&set, signal);
  }
  return set;
}

siginfo_t next_signal(const sigset_t& set) {
  siginfo_t info{};
  while (sigwaitinfo(&set, &info) < 0 && errno == EINTR) {
  }
  return info;
}

bool has_ended(pid_t child, int& exit_code) {
  int status = 0;
  pid_t ended = 0;
  do {
    ended = waitpid(child, &status, WNOHANG);
  } while (ended < 0 && errno == EINTR);
  if (ended != child) return false;
  exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

}  // namespace

void hold_signals(const kvlaunch::InheritedState& inherited) {
  // Inherited as ignored it would let the child's exit status vanish (wait(2)); become() gives the
  // child back what devvault was given.
  signal(SIGCHLD, SIG_DFL);
  // Sockets are written with MSG_NOSIGNAL; this is for standard output.
  signal(SIGPIPE, SIG_IGN);
  const sigset_t set = held_signals(inherited);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

kvlaunch::Result<pid_t> start_command(const kvlaunch::Target& target,
                                      const kvlaunch::Environment& environment,
                                      const kvlaunch::InheritedState& inherited) {
  std::vector<std::string> entries = environment.entries();
  std::vector<char*> block;
  for (std::string& entry : entries) block.push_back(entry.data());
  block.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) return kvlaunch::system_error("cannot start", target.path, errno);
  if (child > 0) return child;
  const kvlaunch::Error error = kvlaunch::become(target, block.data(), inherited);
  report(error);
  _exit(static_cast<int>(kvlaunch::exit_class_of(error.code)));
}

int await_command(pid_t child, const kvlaunch::InheritedState& inherited) {
  const sigset_t set = held_signals(inherited);
  int exit_code = 0;
  while (!has_ended(child, exit_code)) {
    const siginfo_t info = next_signal(set);
    // The kernel is the sender where a terminal is: Ctrl-C, Ctrl-\, hang-up.
    if (info.si_signo != SIGCHLD && info.si_code != SI_KERNEL) kill(child, info.si_signo);
  }
  return exit_code;
}

void await_termination(const kvlaunch::InheritedState& inherited) {
  const sigset_t set = held_signals(inherited);
  while (!is_ending(next_signal(set).si_signo)) {
  }
}

}  // namespace devvault
