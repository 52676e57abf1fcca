// Starting one helper: everything between fork and exec.
#pragma once

#include <sys/types.h>

#include "launcher/base/command.hpp"
#include "launcher/base/descriptor.hpp"

namespace kvlaunch {

// What the child sends when it could not become the helper; a successful exec sends nothing and
// closes the control socket.
struct ExecFailure {
  enum class Step : int { change_directory, execute };
  Step step = Step::execute;
  int error_number = 0;
};

// A started helper: the leader of a process group of its own, registered in signals.hpp. Who holds
// this must forget the group and then reap the leader.
struct HelperProcess {
  pid_t leader = 0;
  Descriptor output;  // the reading ends, non-blocking
  Descriptor error;
  Descriptor control;  // gives an ExecFailure, or the end of file once exec worked; non-blocking
  Descriptor handle;   // a pidfd, readable when the leader has ended; none before Linux 5.3
};

// May be called on any thread, which must live as long as the helper (PDEATHSIG follows the
// thread). Errors: Code::internal.
Result<HelperProcess> start_helper(const CommandRequest& request);

}  // namespace kvlaunch
