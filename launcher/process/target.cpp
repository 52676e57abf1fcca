// The search for the target along PATH, in the manner of execvp.
#include <algorithm>
#include <utility>

#include "launcher/process/exec.hpp"
#include "launcher/process/executable.hpp"

namespace kvlaunch {
namespace {

// What execvp searches when PATH is unset (confstr _CS_PATH in glibc).
constexpr std::string_view default_path = "/bin:/usr/bin";

using Verdict = Executability::Verdict;

std::vector<std::string> candidates_of(const std::string& name, std::string_view path_variable) {
  std::vector<std::string> candidates;
  for (std::size_t begin = 0; begin <= path_variable.size();) {
    const std::size_t end = std::min(path_variable.find(':', begin), path_variable.size());
    std::string candidate{path_variable.substr(begin, end - begin)};
    if (!candidate.empty()) candidate.push_back('/');
    candidates.push_back(candidate.append(name));
    begin = end + 1;
  }
  return candidates;
}

bool runs(const Executability& seen) {
  return seen.verdict == Verdict::runs || seen.verdict == Verdict::undecidable;
}

std::string hint_for_unknown(const std::string& name, std::string_view path_variable) {
  if (name.find(' ') != std::string::npos) {
    return "the name contains a blank: give the program and each argument separately, without "
           "quotes around the whole command";
  }
  if (runs(examine_executable("./" + name))) {
    return "the working directory is not searched: type ./" + name;
  }
  return "install it, or give its full path; searched: " + std::string{path_variable};
}

Error not_found(const std::string& name, std::string_view path_variable) {
  Error error{.code = Code::target_not_found};
  if (name.empty()) {
    error.message = "the name of the program to run is empty";
    error.hint = "a variable in the command may be unset";
  } else if (name.find('/') != std::string::npos) {
    error.message = "there is no program " + name;
    error.hint = name.front() == '/'
                     ? "check the path"
                     : "check the path; it counts from the working directory of kvlaunch";
  } else {
    error.message = "program " + name + " was not found";
    error.hint = hint_for_unknown(name, path_variable);
  }
  return error;
}

}  // namespace

Result<Target> find_target(const std::vector<std::string>& command,
                           std::optional<std::string_view> path_variable) {
  const std::string name = command.empty() ? std::string{} : command.front();
  const std::string_view searched = path_variable.value_or(default_path);
  if (name.empty()) return not_found(name, searched);
  const auto candidates = name.find('/') == std::string::npos ? candidates_of(name, searched)
                                                              : std::vector<std::string>{name};
  // execvp reports EACCES if any element gave it, else what the last one said.
  std::optional<Executability> worth_reporting;
  for (const std::string& candidate : candidates) {
    Executability seen = examine_executable(candidate);
    if (runs(seen)) return Target{candidate, command};
    if (seen.verdict == Verdict::missing) continue;
    if (seen.verdict == Verdict::refused) return seen.error;
    if (!worth_reporting ||
        (seen.verdict == Verdict::denied && worth_reporting->verdict == Verdict::incomplete)) {
      worth_reporting = std::move(seen);
    }
  }
  if (worth_reporting) return worth_reporting->error;
  return not_found(name, searched);
}

}  // namespace kvlaunch
