// Writing to descriptor 1.
#include "launcher/cli/standard_output.hpp"

#include <unistd.h>

#include <cerrno>

#include "launcher/process/inherited.hpp"

namespace kvlaunch {
namespace {

int cannot_write(Report& report, int reason) {
  Error error = system_error("cannot write to", "standard output", reason);
  error.hint = "send it to a file or a pipe that takes it";
  return report.fail({std::move(error)});
}

}  // namespace

int write_to_standard_output(Report& report, std::string_view bytes) {
  // What stands there since is a placeholder that would swallow everything.
  if (inherited_state().standard_was_closed[STDOUT_FILENO]) {
    return cannot_write(report, EBADF);
  }
  while (!bytes.empty()) {
    const auto written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(report, errno);
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
