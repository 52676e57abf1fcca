// From kvlaunch's own state back to the inherited one, and execve.
#include "launcher/process/exec.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "launcher/process/descriptors.hpp"
#include "launcher/process/executable.hpp"
#include "launcher/process/kernel_signals.hpp"

namespace kvlaunch {
namespace {

// Setting a disposition that ignores throws away what is pending. A write to a closed connection
// leaves SIGPIPE, a helper's end SIGCHLD; a target that inherits them blocked would find signals
// nobody sent it. What was pending before we started is not ours and stays.
void discard_signals_of_ours(const InheritedState& inherited) {
  if (!inherited.was_pending(SIGPIPE)) set_disposition(SIGPIPE, SIG_IGN);
  // The default ignores too, and unlike SIG_IGN it keeps the exit status of a child that the
  // target inherits from whoever exec'ed us.
  if (!inherited.was_pending(SIGCHLD)) set_disposition(SIGCHLD, SIG_DFL);
}

// Handlers stay: execve resets them, and until then TERM and its like must still end us.
void restore_dispositions(const InheritedState& inherited) {
  for (int signal = 1; signal <= InheritedState::signal_count; ++signal) {
    const bool ignored_now = disposition_of(signal) == SIG_IGN;
    if (ignored_now == inherited.ignored(signal)) continue;
    set_disposition(signal, ignored_now ? SIG_DFL : SIG_IGN);
  }
}

// Only the gaps between the inherited runs are touched.
void close_on_exec_what_is_ours(const InheritedState& inherited) {
  unsigned next = 0;
  for (std::size_t i = 0; i < inherited.descriptor_run_count; ++i) {
    const auto [first, last] = inherited.descriptor_runs[i];
    if (static_cast<unsigned>(first) > next) {
      set_close_on_exec(next, static_cast<unsigned>(first) - 1);
    }
    next = static_cast<unsigned>(last) + 1;
  }
  const auto known_to = static_cast<unsigned>(inherited.descriptors_known_to);
  if (next <= known_to) set_close_on_exec(next, known_to);
}

std::string hint_for(int error_number) {
  switch (error_number) {
    case E2BIG:
      return "arguments and environment together are too large: pass large values as files, or "
             "raise the stack limit (ulimit -s), a quarter of which is the bound";
    case ETXTBSY:
      return "the program is still open for writing: start after the copy or build has ended";
    case EPERM:
      return "a security module or a seccomp filter forbids it: see the audit log";
    case EACCES:
      return "a security module (SELinux, AppArmor) or a noexec mount forbids it: see the audit "
             "log";
    case ENOEXEC:
      return "no \"#!\" line, or built for another CPU";
    case ELIBBAD:
      return "the program's loader is damaged: install the C library again";
    case EAGAIN:
      return "this user's limit of processes is exceeded (ulimit -u)";
    case EMFILE:
    case ENFILE:
      return "too many files are open: raise the limit (ulimit -n)";
    case ENOMEM:
      return "there is not enough memory: raise the limit of the container or unit";
    default:
      return "try to start the program without kvlaunch";
  }
}

// The file may know more than errno.
Error explain_exec_failure(const std::string& path, int error_number) {
  Error error =
      system_error("cannot execute", path, error_number,
                   error_number == ENOENT ? Code::target_not_found : Code::target_not_executable);
  error.hint = hint_for(error_number);
  const bool file_may_tell = error_number == ENOENT || error_number == EACCES ||
                             error_number == ENOEXEC || error_number == ELIBBAD ||
                             error_number == ELOOP;
  if (!file_may_tell) return error;
  const Executability seen = examine_executable(path);
  if (seen.verdict == Executability::Verdict::runs) return error;
  if (seen.verdict == Executability::Verdict::missing) return error;
  error.message = seen.error.message;
  error.hint = seen.error.hint;
  return error;
}

}  // namespace

void harden_process() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) == 0) {
    limit.rlim_cur = 0;  // the hard limit could never be raised again for the target
    ::setrlimit(RLIMIT_CORE, &limit);
  }
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Error become(const Target& target, char* const* environment, const InheritedState& inherited) {
  if (::gettid() != ::getpid()) {
    return Error{.code = Code::internal, .message = "the target must start on the main thread"};
  }
  std::vector<char*> arguments;
  arguments.reserve(target.arguments.size() + 1);
  for (const std::string& argument : target.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  std::fflush(nullptr);

  discard_signals_of_ours(inherited);
  restore_dispositions(inherited);
  ::setrlimit(RLIMIT_CORE, &inherited.core_limit);
  ::umask(inherited.umask);
  close_on_exec_what_is_ours(inherited);
  // Last: a signal that waited until now may end us here, by the handlers that still stand.
  set_mask(inherited.mask);
  ::execve(target.path.c_str(), arguments.data(), environment);
  const int reason = errno;

  // Still to be written: the report. A reader that went away must not change the exit code.
  set_disposition(SIGPIPE, SIG_IGN);
  return explain_exec_failure(target.path, reason);
}

}  // namespace kvlaunch
