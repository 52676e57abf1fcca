// Finding the target and becoming it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/process/inherited.hpp"

namespace kvlaunch {

struct Target {
  std::string path;                    // what execve gets
  std::vector<std::string> arguments;  // argv, [0] as typed
};

// Searches `path_variable` (the final environment's PATH; unset: /bin:/usr/bin; an empty element
// is the working directory) as execvp does, but without its fallback to /bin/sh; a name with a '/'
// is taken as it is. Looks inside far enough to say what execve would: missing "#!" interpreter or
// ELF loader, a script without "#!", another CPU's binary, a directory, no execute permission
// (searching on, reported only if nothing else was found). What binfmt_misc might still run is left
// to execve. Errors: Code::target_not_found, Code::target_not_executable, with a hint.
Result<Target> find_target(const std::vector<std::string>& command,
                           std::optional<std::string_view> path_variable);

// While kvlaunch works: no core dump (soft limit 0), not dumpable. become() gives the limit back;
// execve itself makes the process dumpable again.
void harden_process();

// Replaces this process. Must be called on the main thread (another one would lose PDEATHSIG and
// its pending signals, and is refused), with every other thread joined and no helper left. In this
// order: discard a pending SIGPIPE or SIGCHLD of ours, restore dispositions, core limit and umask,
// set CLOEXEC on every descriptor that was not inherited, restore the mask last, execve. Inherited
// descriptors keep number, flags and offset. kvlaunch sets no interval timer and no subreaper flag,
// so there is none to clear.
// Returns only on failure, with kvlaunch's own state as good as lost: report and exit. Errors:
// Code::target_not_found if execve says ENOENT, else Code::target_not_executable, with a hint.
// `environment` is a null-terminated envp.
Error become(const Target& target, char* const* environment, const InheritedState& inherited);

}  // namespace kvlaunch
