// What execve would say about a file, found out by looking inside it.
#pragma once

#include <string>

#include "launcher/base/error.hpp"

namespace kvlaunch {

struct Executability {
  enum class Verdict {
    runs,         // as far as can be seen
    missing,      // there is no such file: nothing to say about it
    denied,       // EACCES: a search of PATH goes on
    incomplete,   // ENOENT: its interpreter or loader is missing; a search goes on
    refused,      // execve would fail for another reason; a search ends here
    undecidable,  // fails unless binfmt_misc knows the format: only execve can tell
  };
  Verdict verdict = Verdict::runs;
  Error error;  // what to report; meaningless for runs and missing
};

// Judges `path` as execve would see it, following "#!" lines as the kernel does (four more levels,
// fs/exec.c) and the ELF program headers to the loader. Reads at most 256 bytes and the headers.
// A file that may be run but not read is taken to run.
Executability examine_executable(const std::string& path);

}  // namespace kvlaunch
