// Running a helper program as a seam: no shell, bounded time and output, killed as a group.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// What becomes of the others in the helper's group once the helper has ended with exit code 0.
enum class Rest { ended, left };

struct CommandRequest {
  std::vector<std::string> arguments;  // [0] is an absolute path
  Environment environment;
  std::string working_directory = "/";
  Milliseconds timeout{10'000};
  std::size_t max_output_bytes = 1024 * 1024;  // of each stream; more ends the helper
  Rest rest = Rest::ended;
};

struct CommandResult {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;
  bool timed_out = false;
  bool output_too_large = false;
  Secret standard_output;  // holds a token
  std::string standard_error;
};

class CommandRunner {
 public:
  virtual ~CommandRunner() = default;
  // The helper gets /dev/null as standard input, a process group of its own and no descriptor but
  // 0, 1 and 2. On return the whole group has ended and is reaped (see Rest). Errors: could not be
  // started.
  virtual Result<CommandResult> run(const CommandRequest& request, const Deadline& deadline) = 0;
  // The absolute path of the first executable NAME in `directories`; refuses relative entries, and
  // files or directories not owned by root or the effective user or writable by others (security
  // rule 5): those are skipped and named in the error's notes.
  virtual Result<std::string> find(const std::string& name,
                                   const std::vector<std::string>& directories) = 0;
};

}  // namespace kvlaunch
