// Showing and erasing the status line.
#include "launcher/cli/status_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "launcher/process/signals.hpp"

namespace kvlaunch {
namespace {

std::string waiting_for(const Plan& plan) {
  std::set<std::string> vaults;
  for (const VaultEndpoint& vault : plan.vaults) vaults.insert(vault.label);
  std::string text = "kvlaunch: waiting for ";
  for (const std::string& vault : vaults) text += (vault == *vaults.begin() ? "" : ", ") + vault;
  return text;
}

// One less than the terminal has columns: only the last of two lines could be erased.
std::size_t widest_line() {
  constexpr std::size_t usual = 79;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return std::min<std::size_t>(usual, size.ws_col - std::size_t{1});
}

}  // namespace

StatusLine::StatusLine(const Plan& plan, Report& report, Show show) : report_(report) {
  if (show == Show::never || isatty(STDERR_FILENO) == 0) return;
  text_ = waiting_for(plan);
  if (auto thread = Thread::start([this] { wait_and_show(); })) thread_.emplace(std::move(*thread));
}

StatusLine::~StatusLine() {
  if (!thread_) return;
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  done_.notify_one();
  thread_.reset();
  set_terminal_cleanup(nullptr);
  report_.end_status();
}

void StatusLine::wait_and_show() {
  std::unique_lock lock{mutex_};
  if (done_.wait_for(lock, std::chrono::seconds{1}, [this] { return ending_; })) return;
  set_terminal_cleanup(Report::erase_line);
  report_.show_status(text_.substr(0, widest_line()));
}

}  // namespace kvlaunch
