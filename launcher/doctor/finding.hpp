// What an examination found out: data, so that tests, the table and the JSON read the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/error.hpp"

namespace kvlaunch::doctor {

enum class Area { manifest, identity, route, dns, connect, tls, challenge, token, read, clock };

enum class Verdict {
  fine,
  warning,  // works, or does not matter to `run`, and deserves attention
  problem,  // `run` fails by this
  skipped,  // not examined, or not there; `seen` says why
};

struct Finding {
  Area area = Area::identity;
  std::string subject;  // the provider, or the vault as messages name it
  Verdict verdict = Verdict::fine;
  std::string seen;            // lower case, no full stop
  std::string next_step{};     // what to do; never empty for a warning or a problem
  std::optional<Code> code{};  // of a problem, which it decides the exit code by
  Milliseconds took{0};
  std::vector<std::string> details{};  // shown at -v and in JSON
};

using Findings = std::vector<Finding>;

std::string_view name_of(Area area);
std::string_view name_of(Verdict verdict);

Finding fine(Area area, std::string subject, std::string seen);
Finding warning(Area area, std::string subject, std::string seen, std::string next_step);
Finding skipped(Area area, std::string subject, std::string seen);
// Message, hint, code and notes of `error`; without a hint the manual's row is the next step.
Finding problem(Area area, std::string subject, const Error& error);

// 0, or the code that the most lasting problem leads to.
int exit_code_of(const Findings& findings);

// Measures how long `examine` takes and writes it into the Finding that it gives.
template <class F>
Finding timed(const Clock& clock, F&& examine) {
  const SteadyTime begin = clock.steady();
  Finding finding = std::forward<F>(examine)();
  finding.took = std::chrono::duration_cast<Milliseconds>(clock.steady() - begin);
  return finding;
}

}  // namespace kvlaunch::doctor
