// How kvlaunch speaks, all of it to standard error: standard output belongs to the target.
//
// "kvlaunch: error: ..." then "kvlaunch: hint: ...": lower case, no full stop. With json one object
// a line. spdlog stays in this file's source.
#pragma once

#include <memory>
#include <mutex>

#include "launcher/base/error.hpp"
#include "launcher/base/log.hpp"
#include "launcher/manifest/manifest.hpp"

namespace spdlog {
class logger;
}

namespace kvlaunch {

enum class Verbosity { quiet, normal, verbose };

// Thread-safe.
class Report final : public Log {
 public:
  Report();
  ~Report() override;

  void set(Verbosity verbosity, LogFormat format);
  void warn(std::string_view message, std::string_view hint) override;
  void note(std::string_view message) override;
  // All of them; returns the exit code they lead to.
  int fail(const Errors& errors);
  // A line of a table that a command prints to standard error (--dry-run).
  void line(std::string_view text);

 private:
  void print(const Error& error);
  std::shared_ptr<spdlog::logger> logger_;
  std::mutex mutex_;
  Verbosity verbosity_ = Verbosity::normal;
  LogFormat format_ = LogFormat::text;
};

}  // namespace kvlaunch
