// Putting the target's environment together, and finding before execve what execve would refuse.
#include "launcher/deliver/environment_block.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <string>

namespace kvlaunch {
namespace {

// fs/exec.c, bprm_stack_limits: max(min(3/4 of _STK_LIM, soft RLIMIT_STACK / 4), ARG_MAX).
constexpr std::size_t least_total_bytes = 128 * 1024;
constexpr std::size_t most_total_bytes = 6 * 1024 * 1024;
constexpr std::size_t pointer_bytes = 8;

Error about(Code code, std::string message, std::string hint) {
  return Error{.code = code, .message = std::move(message), .hint = std::move(hint)};
}

void check_variable(const Variable& variable, const ExecLimits& limits, Errors& errors) {
  const auto value = variable.value.reveal();
  // The name is shown only once it is known to be one: a bad one may be a value gone astray.
  if (!is_variable_name(variable.name)) {
    errors.push_back(about(Code::variable_name, "a variable's name is not an identifier",
                           "use letters, digits and '_', not beginning with a digit"));
    return;
  }
  if (value.find('\0') != std::string_view::npos) {
    errors.push_back(about(Code::variable_nul,
                           variable.name + ": the value holds a NUL byte, which no variable can",
                           "leave it encoded (without decode), or deliver it as a file"));
  }
  if (variable.name.size() + 1 + value.size() + 1 > limits.string_bytes) {
    errors.push_back(about(Code::variable_too_large,
                           variable.name + ": longer than the kernel takes in one variable",
                           "deliver it as a file, or split it"));
  }
}

Secret joined(std::string_view name, std::string_view value) {
  SecretWriter entry{name.size() + value.size() + 2};
  entry.append(name);
  entry.append('=');
  entry.append(value);
  entry.append('\0');
  return entry.take();
}

Secret terminated(std::string_view text) {
  SecretWriter entry{text.size() + 1};
  entry.append(text);
  entry.append('\0');
  return entry.take();
}

Error too_large(const std::vector<Variable>& variables, std::size_t variables_bytes,
                std::size_t other_bytes) {
  const std::string message = "arguments and environment together are larger than the kernel takes";
  if (variables.empty() || other_bytes > variables_bytes) {
    return about(Code::environment_too_large,
                 message + ", most of it arguments and inherited variables",
                 "pass fewer of them (clean-env), or raise the stack limit: ulimit -s unlimited");
  }
  const auto largest =
      std::max_element(variables.begin(), variables.end(), [](const auto& a, const auto& b) {
        return a.value.reveal().size() < b.value.reveal().size();
      });
  return about(Code::environment_too_large, message + "; the largest variable is " + largest->name,
               "deliver it as a file, or raise the stack limit: ulimit -s unlimited");
}

}  // namespace

ExecLimits ExecLimits::of_stack(std::size_t soft_stack_bytes) {
  ExecLimits limits;
  limits.total_bytes = std::clamp(soft_stack_bytes / 4, least_total_bytes, most_total_bytes);
  return limits;
}

ExecLimits ExecLimits::of_this_process() {
  rlimit stack{};
  // It fails only for a bad pointer or resource; the smallest limit would then be the safe one.
  if (getrlimit(RLIMIT_STACK, &stack) != 0) return of_stack(0);
  return of_stack(stack.rlim_cur);
}

Result<EnvironmentBlock> EnvironmentBlock::build(const Environment& base,
                                                 std::vector<Variable> variables,
                                                 std::span<const std::string> arguments,
                                                 std::string_view program,
                                                 const ExecLimits& limits) {
  Errors errors;
  // Of several variables of one name the last counts; each name is emitted once.
  std::map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    check_variable(variables[i], limits, errors);
    last[variables[i].name] = i;
  }
  for (const auto& argument : arguments) {
    if (argument.size() + 1 > limits.string_bytes) {
      errors.push_back(about(Code::environment_too_large,
                             "one argument is longer than the kernel takes",
                             "pass it in a file or on standard input"));
    }
  }
  if (!errors.empty()) return errors;

  EnvironmentBlock block;
  std::size_t variables_bytes = 0;
  std::vector<bool> placed(variables.size());
  const auto place = [&](std::size_t index) {
    const Variable& variable = variables[index];
    block.entries_.push_back(joined(variable.name, variable.value.reveal()));
    variables_bytes += block.entries_.back().reveal().size() + pointer_bytes;
    placed[index] = true;
  };

  std::size_t other_bytes = program.empty() ? 0 : program.size() + 1;
  for (const auto& argument : arguments) other_bytes += argument.size() + 1 + pointer_bytes;
  for (const auto& entry : base.entries()) {
    const bool assigns = entry.find('=') != std::string::npos;
    const auto found = assigns ? last.find(Environment::name_of(entry)) : last.end();
    if (found == last.end()) {
      block.entries_.push_back(terminated(entry));
      other_bytes += entry.size() + 1 + pointer_bytes;
    } else if (!placed[found->second]) {
      place(found->second);
    }
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (last[variables[i].name] == i && !placed[i]) place(i);
  }
  if (variables_bytes + other_bytes > limits.total_bytes) {
    return too_large(variables, variables_bytes, other_bytes);
  }
  return block;
}

std::vector<char*> EnvironmentBlock::pointers() {
  std::vector<char*> pointers;
  pointers.reserve(entries_.size() + 1);
  // execve takes char* and writes to none of them.
  for (const Secret& entry : entries_) {
    pointers.push_back(const_cast<char*>(entry.reveal().data()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace kvlaunch
