// The real CommandRunner: helpers as process groups of their own, read with bounds, killed whole.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/command.hpp"

namespace kvlaunch {

// Thread-safe; `clock` must be the steady clock of this machine and outlive the runner.
//
// The helper starts with every signal at its default and unblocked, soft core limit as kvlaunch's,
// no terminal as its process group's, and dies with the thread that runs it (PDEATHSIG) as well as
// with the signals of signals.hpp. It cannot exec before its group is registered there.
// What a helper moves to a session of its own (setsid) is no longer in its group and lives on.
class SystemCommandRunner final : public CommandRunner {
 public:
  explicit SystemCommandRunner(const Clock& clock) : clock_(clock) {}

  // The helper has `request.timeout` or until `deadline`, whichever is sooner; both end in
  // CommandResult::timed_out. Errors: Code::internal with the system's reason, also what chdir or
  // execve said; callers set the code that fits.
  Result<CommandResult> run(const CommandRequest& request, const Deadline& deadline) override;

  // Each link on the way is followed by hand, and every directory that decides where it leads is
  // judged like the program itself: owned by root or the effective user, not writable by others
  // (sticky does not help: a missing name could be made), not writable by a group other than
  // root's, unless that is the user's own private group and the user is not root.
  Result<std::string> find(const std::string& name,
                           const std::vector<std::string>& directories) override;

 private:
  const Clock& clock_;
};

}  // namespace kvlaunch
