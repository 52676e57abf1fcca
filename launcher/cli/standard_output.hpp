// The few commands that answer on standard output: whole, unbuffered, and not to a terminal
// unless told.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/result.hpp"
#include "launcher/cli/report.hpp"

namespace kvlaunch {

// Writes all bytes; 0, or the exit code of the failure after reporting it.
int write_to_standard_output(Report& report, std::string_view bytes);

// A secret on a screen stays in scroll-back and recordings.
enum class Force { no, yes };
Result<void> refuse_terminal(const std::string& command, Force force);

}  // namespace kvlaunch
