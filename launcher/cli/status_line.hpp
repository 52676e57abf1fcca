// The one line a person at a terminal sees when a start takes longer than a second.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "launcher/plan/plan.hpp"

namespace kvlaunch {

// Shows itself from a thread of its own and is erased when it goes. A signal that ends kvlaunch
// erases it too (process/signals).
class StatusLine {
 public:
  enum class Show { never, on_terminal };
  StatusLine(const Plan& plan, Show show);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

 private:
  void wait_and_show();

  std::string text_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool ending_ = false;
  bool shown_ = false;
  std::thread thread_;
};

}  // namespace kvlaunch
