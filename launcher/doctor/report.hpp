// Findings as a person reads them, and as a program does.
#pragma once

#include <string>

#include "launcher/doctor/finding.hpp"

namespace kvlaunch::doctor {

enum class Details { shown, hidden };

// A table, a line for each finding, what to do below the line, and the count at the end. Control
// characters are replaced.
std::string text_report(const Findings& findings, Details details);

// One JSON document:
//   {"exit_code":N,"problems":N,"warnings":N,"findings":[{"area","subject","verdict","seen",
//   "next_step","code","milliseconds","details":[...]}]}
// next_step and code are null where there is none.
std::string json_report(const Findings& findings);

}  // namespace kvlaunch::doctor
