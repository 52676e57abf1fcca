// What kvlaunch says besides errors, as a seam: cli/report decides where it goes and if.
//
// There is no level that prints values: callers pass names, hosts, statuses and times only.
#pragma once

#include <string_view>

namespace kvlaunch {

class Log {
 public:
  virtual ~Log() = default;
  // Shown unless --quiet: something works but deserves attention.
  virtual void warn(std::string_view message, std::string_view hint) = 0;
  // Shown at --verbose: one line per decision.
  virtual void note(std::string_view message) = 0;
};

}  // namespace kvlaunch
