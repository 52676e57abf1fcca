// Listening to a helper within its bounds, and ending its whole group.
#include "launcher/process/command_runner.hpp"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "launcher/process/helper_process.hpp"
#include "launcher/process/signals.hpp"

namespace kvlaunch {
namespace {

// How often the end of the leader is looked for where the kernel has no pidfd.
constexpr Milliseconds tick_without_pidfd{20};
// How long what was killed may take to disappear before it is left to the kernel: a process in
// uninterruptible sleep must not hold the start beyond its deadline.
constexpr Milliseconds grace_after_kill{200};
// Killed members of the group stay visible until init reaps them, and some containers have none
// that does.
constexpr Milliseconds grace_for_orphans{50};

enum class Flow { more, quiet, ended, too_large };

// Reads what is there, into any sink with append() and size().
template <class Sink>
Flow drain(Descriptor& end, Sink& sink, std::size_t max_bytes) {
  std::array<char, 16384> buffer;
  Flow flow = Flow::more;
  while (flow == Flow::more && end.valid()) {
    const ssize_t length = ::read(end.get(), buffer.data(), buffer.size());
    if (length > 0) {
      const auto size = static_cast<std::size_t>(length);
      if (size > max_bytes - sink.size()) {
        flow = Flow::too_large;
      } else {
        sink.append(std::string_view{buffer.data(), size});
      }
    } else if (length == 0 || (errno != EINTR && errno != EAGAIN)) {
      end.reset();
      flow = Flow::ended;
    } else if (errno == EAGAIN) {
      flow = Flow::quiet;
    }
  }
  ::explicit_bzero(buffer.data(), buffer.size());  // it may have held a token
  return flow;
}

bool has_ended(pid_t leader) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == leader;
}

class Listener {
 public:
  Listener(const Clock& clock, const CommandRequest& request, HelperProcess helper, Deadline until)
      : clock_(clock), request_(request), helper_(std::move(helper)), until_(until) {}

  Result<CommandResult> run() {
    while (!finished()) wait();
    end_group();
    if (failure_) return describe(*failure_);
    result_.standard_output = output_.take();
    return std::move(result_);
  }

 private:
  // True when there is nothing more to wait for. The end is looked for before the pipes are
  // drained, so that everything written before it is read. What the rest of the group might still
  // write does not count: it may hold the pipes open for ever.
  bool finished() {
    const bool ended = has_ended(helper_.leader);
    if (drain(helper_.output, output_, request_.max_output_bytes) == Flow::too_large ||
        drain(helper_.error, result_.standard_error, request_.max_output_bytes) ==
            Flow::too_large) {
      result_.output_too_large = true;
      return true;
    }
    if (read_control() || ended) return true;
    result_.timed_out = until_.passed(clock_);
    return result_.timed_out;
  }

  // True when the child reports that it could not become the helper.
  bool read_control() {
    if (!helper_.control.valid()) return false;
    ExecFailure failure;
    const ssize_t length = ::read(helper_.control.get(), &failure, sizeof failure);
    if (length < 0) return false;
    helper_.control.reset();
    if (length != static_cast<ssize_t>(sizeof failure)) return false;
    failure_ = failure;
    return true;
  }

  void wait() const {
    Milliseconds left = until_.remaining(clock_);
    if (!helper_.handle.valid()) left = std::min(left, tick_without_pidfd);
    std::array<pollfd, 4> sources{{{helper_.output.get(), POLLIN, 0},
                                   {helper_.error.get(), POLLIN, 0},
                                   {helper_.control.get(), POLLIN, 0},
                                   {helper_.handle.get(), POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), static_cast<int>(std::min<long>(left.count(), 60'000)));
  }

  // Exited with 0, and still a zombie: its number is its own.
  [[nodiscard]] bool has_succeeded() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(helper_.leader), &info, WEXITED | WNOHANG | WNOWAIT) ==
               0 &&
           info.si_pid == helper_.leader && info.si_code == CLD_EXITED && info.si_status == 0;
  }

  void end_group() {
    const bool left = request_.rest == Rest::left && !result_.output_too_large && has_succeeded();
    if (!left) ::kill(-helper_.leader, SIGKILL);
    const Deadline grace = Deadline::in(clock_, grace_after_kill);
    while (!has_ended(helper_.leader) && !grace.passed(clock_)) pause();
    forget_helper_group(helper_.leader);
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(helper_.leader), &info, WEXITED | WNOHANG) == 0 &&
        info.si_pid == helper_.leader) {
      if (info.si_code == CLD_EXITED) {
        result_.exit_code = info.si_status;
      } else {
        result_.signal = info.si_status;
      }
    }
    if (left) return;
    // The rest of the group belongs to init, which may be us: then the target must not inherit it.
    const Deadline orphans = Deadline::in(clock_, grace_for_orphans);
    while (::kill(-helper_.leader, 0) == 0 && !orphans.passed(clock_)) {
      if (::waitpid(-helper_.leader, nullptr, WNOHANG) <= 0) pause();
    }
  }

  // Until the leader ends, or for a moment.
  void pause() const {
    pollfd source{helper_.handle.get(), POLLIN, 0};
    const bool leader_tells = helper_.handle.valid() && !has_ended(helper_.leader);
    ::poll(&source, leader_tells ? 1 : 0, 1);
  }

  [[nodiscard]] Error describe(const ExecFailure& failure) const {
    if (failure.step == ExecFailure::Step::change_directory) {
      return system_error("cannot enter", request_.working_directory, failure.error_number);
    }
    return system_error("cannot run", request_.arguments[0], failure.error_number);
  }

  const Clock& clock_;
  const CommandRequest& request_;
  HelperProcess helper_;
  Deadline until_;
  SecretWriter output_;
  CommandResult result_;
  std::optional<ExecFailure> failure_;
};

}  // namespace

Result<CommandResult> SystemCommandRunner::run(const CommandRequest& request,
                                               const Deadline& deadline) {
  if (request.arguments.empty() || !request.arguments[0].starts_with('/')) {
    return Error{.message = "a helper must be named by its absolute path"};
  }
  auto helper = start_helper(request);
  if (!helper) return std::move(helper).errors();
  return Listener{clock_, request, std::move(*helper), deadline.sooner(clock_, request.timeout)}
      .run();
}

}  // namespace kvlaunch
