// The one line a person at a terminal sees when a start takes longer than a second.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "launcher/base/thread.hpp"
#include "launcher/cli/report.hpp"
#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// Shows itself from a thread of its own and is erased when it goes. A signal that ends kvlaunch
// erases it too (process/signals). Where the system refuses the thread there is no line.
class StatusLine {
 public:
  enum class Show { never, on_terminal };
  // `report` outlives it.
  StatusLine(const Plan& plan, Report& report, Show show);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

 private:
  void wait_and_show();

  Report& report_;
  std::string text_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool ending_ = false;
  std::optional<Thread> thread_;
};

}  // namespace kvlaunch
