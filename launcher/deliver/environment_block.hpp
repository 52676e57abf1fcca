// The target's environment: what was inherited, less what is scrubbed, plus what was resolved; in
// the form execve takes, checked against what the kernel will take.
#pragma once

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

// Owns the strings; `pointers()` stays valid while the block lives and is not moved.
class EnvironmentBlock {
 public:
  // `base` entries come first and unchanged, in their order; `variables` replace or follow.
  // `arguments` count into the total. Errors (all of them): Code::variable_nul, variable_too_large
  // (131,072 bytes with NUL: MAX_ARG_STRLEN in linux/binfmts.h), environment_too_large (a quarter
  // of the soft RLIMIT_STACK, between 128 KiB and 6 MiB, 8 bytes per pointer included: fs/exec.c),
  // each naming the variable and the remedy.
  static Result<EnvironmentBlock> build(const Environment& base, std::vector<Variable> variables,
                                        std::span<const std::string> arguments);

  [[nodiscard]] std::vector<char*> pointers();
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Secret> entries_;  // "NAME=value\0"
};

}  // namespace kvlaunch
