// The command after `--`: started with the environment of its own, waited for, and mirrored.
#pragma once

#include <sys/types.h>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/process/exec.hpp"
#include "launcher/process/inherited.hpp"

namespace devvault {

// Blocks the signals that devvault waits for, so that every thread started later has them blocked.
// Call once, on the main thread, before any other exists. Signals inherited as ignored stay so.
void hold_signals(const kvlaunch::InheritedState& inherited);

// Forks, and becomes `target` in the child, in the state that devvault itself was started in. Call
// on the main thread before any other exists. Exec's own failure is reported by the child, with
// exit code 126 or 127.
kvlaunch::Result<pid_t> start_command(const kvlaunch::Target& target,
                                      const kvlaunch::Environment& environment,
                                      const kvlaunch::InheritedState& inherited);

// Passes on TERM, INT, HUP, QUIT, USR1 and USR2 until the child has ended. A signal from the
// terminal is not passed on: the terminal has sent it to the child too. Returns the child's exit
// code, 128+n if signal n ended it.
int await_command(pid_t child, const kvlaunch::InheritedState& inherited);

// Returns when TERM, INT, HUP or QUIT comes.
void await_termination(const kvlaunch::InheritedState& inherited);

}  // namespace devvault
