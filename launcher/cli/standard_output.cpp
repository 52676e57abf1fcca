// Writing to descriptor 1.
#include "launcher/cli/standard_output.hpp"

#include <unistd.h>

#include <cerrno>

#include "launcher/process/inherited.hpp"

namespace kvlaunch {

int write_to_standard_output(Report& report, std::string_view bytes) {
  // What stands there since is a placeholder that would swallow everything.
  if (inherited_state().standard_was_closed[STDOUT_FILENO]) {
    return report.fail({system_error("cannot write to", "standard output", EBADF)});
  }
  while (!bytes.empty()) {
    const auto written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return report.fail({system_error("cannot write to", "standard output", errno)});
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Result<void> refuse_terminal(const std::string& command, Force force) {
  if (force == Force::yes || isatty(STDOUT_FILENO) == 0) return {};
  return Error{.code = Code::terminal_refused,
               .message = "kvlaunch " + command + " does not print to a terminal",
               .hint = "send it to a pipe or a file, or pass --force"};
}

}  // namespace kvlaunch
