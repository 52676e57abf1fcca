// Reading dotenv text: --env-file, and secrets that hold a whole .env (env-from, format: dotenv).
//
// The grammar is that of the npm package dotenv 16 (lib/main.js, the LINE expression): what is
// accepted here gives the values that it gives. What it skips in silence (a line that is no
// assignment, text after a closing quote, an open quote) is an error here, and so is a name that
// stands twice. No variable is expanded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

struct DotenvEntry {
  std::string name;  // [A-Za-z0-9_.-]+, wider than is_variable_name: callers check or rename
  Secret value;      // a Secret, because the text may have come from a vault
  int line = 0;      // of the name, from 1
  int column = 0;    // of the name, from 1, in bytes
};

// `file` is what messages call the text. All errors are returned together: Code::env_file with a
// Location in `file` whose excerpt, if any, is "NAME=…". Limits: 1 MiB, 10,000 entries; UTF-8
// without NUL.
struct DotenvReading {
  std::vector<DotenvEntry> entries;  // those that could be read
  Errors problems;
};
DotenvReading read_dotenv(std::string_view file, std::string_view text);
// The same, all or nothing.
Result<std::vector<DotenvEntry>> parse_dotenv(std::string_view file, std::string_view text);

}  // namespace kvlaunch
