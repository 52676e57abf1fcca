// fork, a handshake, and execve: the parent has threads, so the child makes system calls only.
#include "launcher/process/helper_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include "launcher/process/descriptors.hpp"
#include "launcher/process/kernel_signals.hpp"
#include "launcher/process/signals.hpp"

namespace kvlaunch {
namespace {

// Everything the child needs, put together before fork: it must not allocate.
struct Preparation {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const char* working_directory = nullptr;
  pid_t parent = 0;
  Descriptor null;
  std::array<Descriptor, 2> output;  // reading end, writing end
  std::array<Descriptor, 2> error;
  std::array<Descriptor, 2> control;  // ours, the child's
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool make_pipe(std::array<Descriptor, 2>& ends) {
  std::array<int, 2> numbers{-1, -1};
  if (::pipe2(numbers.data(), O_CLOEXEC) != 0) return false;
  ends = {Descriptor{numbers[0]}, Descriptor{numbers[1]}};
  // Only ours: the two ends have flags of their own.
  return ::fcntl(numbers[0], F_SETFL, O_NONBLOCK) == 0;
}

bool make_control(std::array<Descriptor, 2>& ends) {
  std::array<int, 2> numbers{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()) != 0) return false;
  ends = {Descriptor{numbers[0]}, Descriptor{numbers[1]}};
  return ::fcntl(numbers[0], F_SETFL, O_NONBLOCK) == 0;
}

[[noreturn]] void fail(int control, ExecFailure::Step step) {
  const ExecFailure failure{step, errno};
  ::send(control, &failure, sizeof failure, MSG_NOSIGNAL);
  ::_exit(127);
}

[[noreturn]] void run_child(const Preparation& prepared) {
  const int control = prepared.control[1].get();
  ::setpgid(0, 0);
  for (int signal = 1; signal <= InheritedState::signal_count; ++signal) {
    set_disposition(signal, SIG_DFL);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != prepared.parent) ::_exit(127);  // it died before it could be told to us
  // All descriptors here are above 2, because inherited.cpp keeps 0 to 2 open.
  ::dup2(prepared.null.get(), STDIN_FILENO);
  ::dup2(prepared.output[1].get(), STDOUT_FILENO);
  ::dup2(prepared.error[1].get(), STDERR_FILENO);
  set_close_on_exec(3, INT_MAX);
  ::close(prepared.control[0].get());
  char go = 0;
  if (::read(control, &go, 1) != 1) ::_exit(127);  // the group is registered before this byte comes
  if (::chdir(prepared.working_directory) != 0) fail(control, ExecFailure::Step::change_directory);
  set_mask(0);
  ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
  fail(control, ExecFailure::Step::execute);
}

}  // namespace

Result<HelperProcess> start_helper(const CommandRequest& request) {
  const std::string& program = request.arguments.at(0);
  const auto failed = [&program] { return system_error("cannot start", program, errno); };
  Preparation prepared;
  prepared.arguments = pointers_to(request.arguments);
  prepared.environment = pointers_to(request.environment.entries());
  prepared.working_directory = request.working_directory.c_str();
  prepared.parent = ::getpid();
  prepared.null = Descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (!prepared.null.valid()) return failed();
  if (!make_pipe(prepared.output) || !make_pipe(prepared.error)) return failed();
  if (!make_control(prepared.control)) return failed();

  // Until the group is registered no signal may end us on this thread, and the child must not run
  // our handlers.
  const SignalSet mask = current_mask();
  set_mask(~SignalSet{0});
  const pid_t leader = ::fork();
  if (leader == 0) run_child(prepared);
  const int fork_error = errno;
  bool registered = false;
  if (leader > 0) {
    ::setpgid(leader, leader);  // whoever comes first; a failure means that the child did
    registered = register_helper_group(leader);
  }
  set_mask(mask);
  if (leader < 0) return system_error("cannot start", program, fork_error);
  if (!registered) {
    forget_helper_group(leader);
    ::kill(leader, SIGKILL);
    ::waitpid(leader, nullptr, 0);
    return Error{.message = "cannot start " + program + ": too many helpers at once"};
  }

  HelperProcess helper;
  helper.leader = leader;
  helper.output = std::move(prepared.output[0]);
  helper.error = std::move(prepared.error[0]);
  helper.control = std::move(prepared.control[0]);
  helper.handle = Descriptor{static_cast<int>(::syscall(SYS_pidfd_open, leader, 0))};
  const char go = 1;
  ::send(helper.control.get(), &go, 1, MSG_NOSIGNAL);
  return helper;
}

}  // namespace kvlaunch
