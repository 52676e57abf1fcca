// Showing and erasing the status line.
#include "launcher/cli/status_line.hpp"

#include <unistd.h>

#include <set>

#include "launcher/process/signals.hpp"

namespace kvlaunch {
namespace {

constexpr std::string_view erase_line = "\r\x1b[K";

void write_to_terminal(std::string_view text) {
  // A terminal that takes no bytes loses a status line, and nothing else.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

std::string waiting_for(const Plan& plan) {
  std::set<std::string> vaults;
  for (const VaultEndpoint& vault : plan.vaults) vaults.insert(vault.label);
  std::string text = "kvlaunch: waiting for ";
  for (const std::string& vault : vaults) text += (vault == *vaults.begin() ? "" : ", ") + vault;
  constexpr std::size_t narrow_terminal = 79;
  return text.substr(0, narrow_terminal);
}

}  // namespace

StatusLine::StatusLine(const Plan& plan, Show show) {
  if (show == Show::never || isatty(STDERR_FILENO) == 0) return;
  text_ = waiting_for(plan);
  thread_ = std::thread{[this] { wait_and_show(); }};
}

StatusLine::~StatusLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  done_.notify_one();
  thread_.join();
  set_terminal_cleanup(nullptr);
  if (shown_) write_to_terminal(erase_line);
}

void StatusLine::wait_and_show() {
  block_all_signals();
  std::unique_lock lock{mutex_};
  if (done_.wait_for(lock, std::chrono::seconds{1}, [this] { return ending_; })) return;
  shown_ = true;
  set_terminal_cleanup("\r\x1b[K");
  write_to_terminal(text_);
  done_.wait(lock, [this] { return ending_; });
}

}  // namespace kvlaunch
