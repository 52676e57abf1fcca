// Wording, in one place.
#include "launcher/cli/report.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "launcher/base/json_syntax.hpp"
#include "launcher/cli/safe_text.hpp"

namespace kvlaunch {
namespace {

std::string_view class_name(ExitClass exit) {
  switch (exit) {
    case ExitClass::temporary:
      return "temporary";
    case ExitClass::refused:
      return "refused";
    case ExitClass::configuration:
      return "configuration";
    case ExitClass::internal:
      return "internal";
    case ExitClass::cannot_execute:
      return "cannot-execute";
    case ExitClass::not_found:
      return "not-found";
  }
  return "internal";
}

void add(std::string& json, std::string_view key, std::string_view value) {
  if (!value.empty())
    json.append(",").append(json_quoted(key)).append(":").append(json_quoted(value));
}

std::string place(const Location& where) {
  if (where.line == 0) return where.file;
  return where.column == 0 ? fmt::format("{}:{}", where.file, where.line)
                           : fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

std::string as_json(const Error& error) {
  std::string json = "{\"level\":\"error\"";
  add(json, "code", name_of(error.code));
  add(json, "class", class_name(exit_class_of(error.code)));
  add(json, "message", error.message);
  if (error.location) add(json, "location", place(*error.location));
  add(json, "reference", error.reference);
  add(json, "vault", error.vault);
  if (error.status != 0) json += fmt::format(",\"status\":{}", error.status);
  add(json, "request_id", error.request_id);
  add(json, "hint", error.hint);
  if (!error.notes.empty()) {
    json += ",\"notes\":[";
    for (const std::string& note : error.notes) {
      json.append(&note == &error.notes.front() ? "" : ",").append(json_quoted(note));
    }
    json += "]";
  }
  return json + "}";
}

bool says_status(const Error& error) {
  const std::string status = fmt::format("status {}", error.status);
  const auto says = [&](const std::string& text) { return text.find(status) != std::string::npos; };
  return says(error.message) || std::any_of(error.notes.begin(), error.notes.end(), says);
}

// The line of the file with the caret below.
std::string excerpt_of(const Location& where) {
  if (where.excerpt.empty()) return {};
  std::string text = "\n    " + safe_text(where.excerpt);
  if (where.caret_column > 0) {
    text += "\n    " + std::string(static_cast<std::size_t>(where.caret_column - 1), ' ') +
            std::string(static_cast<std::size_t>(std::max(where.caret_width, 1)), '^');
  }
  return text;
}

// "kvlaunch: error: PLACE: MESSAGE (REFERENCE, REQUEST) [CODE]": the code is what
// docs/troubleshooting.md is sorted by.
std::string as_text(const Error& error) {
  std::string text = "kvlaunch: error: ";
  if (error.location && !error.location->file.empty()) {
    text += safe_text(place(*error.location)) + ": ";
  }
  text += safe_text(error.message);
  std::string facts;
  if (!error.reference.empty() && error.message.find(error.reference) == std::string::npos) {
    facts += " " + safe_text(error.reference);
  }
  if (error.status != 0 && !says_status(error)) facts += fmt::format(" status {}", error.status);
  if (!error.request_id.empty()) facts += " request " + safe_text(error.request_id);
  if (!facts.empty()) text += " (" + facts.substr(1) + ")";
  text.append(" [").append(name_of(error.code)).append("]");
  if (error.location) text += excerpt_of(*error.location);
  for (const std::string& note : error.notes) text += "\n  - " + safe_text(note);
  if (!error.hint.empty()) text += "\nkvlaunch: hint: " + safe_text(error.hint);
  return text;
}

void write_to_terminal(std::string_view text) {
  // A terminal that takes no bytes loses a status line, and nothing else.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

// While lines are printed, the status line is away.
class Report::Interruption {
 public:
  explicit Interruption(const Report& report) : report_(report) {
    if (!report_.status_.empty()) write_to_terminal(erase_line);
  }
  ~Interruption() {
    if (!report_.status_.empty()) write_to_terminal(report_.status_);
  }
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  const Report& report_;
};

Report::Report()
    : logger_(std::make_shared<spdlog::logger>("kvlaunch",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog::level::trace);
  logger_->flush_on(spdlog::level::trace);
}

Report::~Report() = default;

void Report::set(Verbosity verbosity) {
  const std::lock_guard lock{mutex_};
  verbosity_ = verbosity;
}

void Report::set(LogFormat format) {
  const std::lock_guard lock{mutex_};
  format_ = format;
}

void Report::show_status(std::string text) {
  const std::lock_guard lock{mutex_};
  status_ = std::move(text);
  write_to_terminal(status_);
}

void Report::end_status() {
  const std::lock_guard lock{mutex_};
  if (!status_.empty()) write_to_terminal(erase_line);
  status_.clear();
}

void Report::warn(std::string_view message, std::string_view hint) {
  const std::lock_guard lock{mutex_};
  if (verbosity_ == Verbosity::quiet) return;
  const Interruption interruption{*this};
  if (format_ == LogFormat::json) {
    std::string json = "{\"level\":\"warning\"";
    add(json, "message", message);
    add(json, "hint", hint);
    logger_->warn("{}}}", json);
    return;
  }
  logger_->warn("kvlaunch: warning: {}", safe_text(message));
  if (!hint.empty()) logger_->warn("kvlaunch: hint: {}", safe_text(hint));
}

void Report::note(std::string_view message) {
  const std::lock_guard lock{mutex_};
  if (verbosity_ != Verbosity::verbose) return;
  const Interruption interruption{*this};
  if (format_ == LogFormat::json) {
    logger_->info("{{\"level\":\"info\",\"message\":{}}}", json_quoted(message));
  } else {
    logger_->info("kvlaunch: {}", safe_text(message));
  }
}

bool Report::present() const {
  return ::isatty(STDERR_FILENO) != 0;
}

void Report::show(std::string_view line) {
  const std::lock_guard lock{mutex_};
  const Interruption interruption{*this};
  if (format_ == LogFormat::json) {
    logger_->info("{{\"level\":\"info\",\"message\":{}}}", json_quoted(line));
  } else {
    logger_->info("kvlaunch: {}", line);
  }
}

int Report::fail(const Errors& errors) {
  const std::lock_guard lock{mutex_};
  const Interruption interruption{*this};
  for (const Error& error : errors) print(error);
  return static_cast<int>(most_lasting(errors));
}

void Report::table(const Table& table) {
  const std::lock_guard lock{mutex_};
  const Interruption interruption{*this};
  if (format_ == LogFormat::json) {
    for (const std::string& line : json_lines_of(table)) logger_->info("{}", line);
    return;
  }
  std::string text = text_of(table);
  text.pop_back();  // the logger ends the line
  logger_->info("{}", text);
}

void Report::print(const Error& error) {
  logger_->error("{}", format_ == LogFormat::json ? as_json(error) : as_text(error));
}

}  // namespace kvlaunch
