// The target's environment: what was inherited, less what is scrubbed, plus what was resolved; in
// the form execve takes, checked against what the kernel will take.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

struct Variable {
  std::string name;
  Secret value;
};

// What execve of this machine takes. Source: fs/exec.c (bprm_stack_limits, valid_arg_len) and
// linux/binfmts.h.
struct ExecLimits {
  std::size_t string_bytes = 131'072;  // one string with its NUL: MAX_ARG_STRLEN on 4 KiB pages
  std::size_t total_bytes = 131'072;   // all strings with their NULs, and 8 bytes per pointer

  // A quarter of the soft RLIMIT_STACK, at least 128 KiB (ARG_MAX), at most 6 MiB.
  static ExecLimits of_stack(std::size_t soft_stack_bytes);
  static ExecLimits of_this_process();
};

// Owns the strings; `pointers()` stays valid while the block lives and is not moved.
class EnvironmentBlock {
 public:
  // `base` entries come first and unchanged, in their order; `variables` replace or follow.
  // `arguments` (argv) count into the total, and so does `program`, the path given to execve.
  // Errors (all of them): Code::variable_name, variable_nul, variable_too_large,
  // environment_too_large, each naming the variable and the remedy.
  static Result<EnvironmentBlock> build(const Environment& base, std::vector<Variable> variables,
                                        std::span<const std::string> arguments,
                                        std::string_view program = {},
                                        const ExecLimits& limits = ExecLimits::of_this_process());

  [[nodiscard]] std::vector<char*> pointers();
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Secret> entries_;  // "NAME=value\0"
};

}  // namespace kvlaunch
