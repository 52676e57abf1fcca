// How kvlaunch speaks, all of it to standard error: standard output belongs to the target.
//
// "kvlaunch: error: ... [code]" then "kvlaunch: hint: ...": lower case, no full stop. With json one
// object a line. What comes from outside is made safe for a terminal here, and nowhere else.
// spdlog's logger stays in this file's source.
#pragma once

#include <memory>
#include <mutex>

#include "launcher/base/error.hpp"
#include "launcher/base/log.hpp"
#include "launcher/base/terminal.hpp"
#include "launcher/cli/table.hpp"
#include "launcher/manifest/manifest.hpp"

namespace spdlog {
class logger;
}

namespace kvlaunch {

enum class Verbosity { quiet, normal, verbose };

// Thread-safe.
class Report final : public Log, public Terminal {
 public:
  Report();
  ~Report() override;

  void set(Verbosity verbosity);
  void set(LogFormat format);
  void warn(std::string_view message, std::string_view hint) override;
  void note(std::string_view message) override;
  [[nodiscard]] bool present() const override;
  void show(std::string_view line) override;
  // All of them; returns the exit code they lead to.
  int fail(const Errors& errors);
  // A table that goes to standard error (--dry-run).
  void table(const Table& table);

  // A line without an end at the bottom of the terminal; all other lines are printed above it.
  void show_status(std::string text);
  void end_status();
  static constexpr const char* erase_line = "\r\x1b[K";

 private:
  class Interruption;

  void print(const Error& error);

  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  Verbosity verbosity_ = Verbosity::normal;
  LogFormat format_ = LogFormat::text;
  std::string status_;
};

}  // namespace kvlaunch
