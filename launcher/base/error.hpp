// What went wrong, as data: wording for people is put together at the edge (cli/report).
//
// An Error never holds a secret value, its length, a token, or a request or response body.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/base/code.hpp"

namespace kvlaunch {

// A place in a file the user wrote. Lines and columns count from 1, columns in bytes.
struct Location {
  std::string file;
  int line = 0;  // 0: the file as a whole
  int column = 0;
  // The source line, already redacted so that it can be printed; empty if there is none to show.
  std::string excerpt;
  int caret_column = 0;  // within `excerpt`, from 1; 0: no caret
  int caret_width = 1;
};

struct Error {
  Code code = Code::internal;
  std::string message;  // what is wrong: lower case, no full stop
  std::string hint;     // what to type or set next; may be empty
  std::optional<Location> location;
  std::vector<std::string> notes;  // further facts, one line each (per provider, per address)

  // Facts for --log-format json; empty or 0 where they do not apply.
  std::string reference;
  std::string vault;
  int status = 0;
  std::string request_id;
};

using Errors = std::vector<Error>;

// The most lasting failure decides: 125, then 78, then 77, then 75; 126 and 127 are found before
// any request and stand alone. `errors` must not be empty.
ExitClass most_lasting(const Errors& errors);

// One wording for a failed system call: "ACTION TARGET: strerror". Code::internal unless told.
Error system_error(std::string_view action, std::string_view target, int error_number,
                   Code code = Code::internal);

}  // namespace kvlaunch
