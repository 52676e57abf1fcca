// TERM, INT, HUP and QUIT until exec: kvlaunch ends at once, of the same signal, as PID 1 too.
#pragma once

#include <sys/types.h>

#include "launcher/process/inherited.hpp"

namespace kvlaunch {

// Installs the handlers (not for signals inherited as ignored) and unblocks the four. Call on the
// main thread before any other thread exists; threads must block all signals (block_all_signals).
// The handler kills the groups of helpers, erases the status line, and dies of the signal; as
// PID 1, where a default disposition is ignored, it exits with 128+n.
// The handlers stay installed until execve, which resets them: so no moment is left in which a
// signal is lost.
void end_on_termination_signals(const InheritedState& inherited);

// For threads: every signal is the main thread's.
void block_all_signals();

// Helper process groups that must not outlive kvlaunch; lock-free, async-signal-safe.
void register_helper_group(pid_t group);
void forget_helper_group(pid_t group);

// Bytes written to standard error when a signal ends kvlaunch (erasing a status line);
// nullptr: none. The array must live on.
void set_terminal_cleanup(const char* bytes);

}  // namespace kvlaunch
