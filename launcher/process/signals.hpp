// TERM, INT, HUP and QUIT until exec: kvlaunch ends at once, of the same signal, as PID 1 too.
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "launcher/process/inherited.hpp"

namespace kvlaunch {

// Prepares every signal for the time until exec. Call on the main thread before any other thread
// exists; threads must block all signals (block_all_signals).
// - TERM, INT, HUP, QUIT: handlers are installed (not for signals inherited as ignored) and the
// four
//   are unblocked, even if inherited blocked. One that was already pending then stays blocked,
//   because it is the target's.
// - SIGCHLD gets its default disposition: inherited as ignored it would make a helper's exit status
//   vanish (waitpid answers ECHILD). SIGPIPE is blocked: a peer that closes must end a request, not
//   kvlaunch.
// The handler kills the groups of helpers, erases the status line, and dies of the signal; as
// PID 1, where a default disposition is ignored, it exits with 128+n.
// The handlers stay installed until execve, which resets them: so no moment is left in which a
// signal is lost. become() restores all the rest.
void end_on_termination_signals(const InheritedState& inherited);

// For threads: every signal is the main thread's.
void block_all_signals();

// Helper process groups that must not outlive kvlaunch; lock-free, async-signal-safe. False: all
// places are taken or kvlaunch is ending; the helper must not run then.
inline constexpr std::size_t max_helper_groups = 16;
[[nodiscard]] bool register_helper_group(pid_t group);
// Call before the group's leader is reaped: afterwards its number may mean somebody else.
void forget_helper_group(pid_t group);

// Bytes written to standard error when a signal ends kvlaunch (erasing a status line);
// nullptr: none. The array must live on.
void set_terminal_cleanup(const char* bytes);

}  // namespace kvlaunch
