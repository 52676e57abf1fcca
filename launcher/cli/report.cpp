// Wording, in one place.
#include "launcher/cli/report.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <set>

namespace kvlaunch {
namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += {'\\', c};
    } else if (byte < 0x20) {
      json += fmt::format("\\u{:04x}", byte);
    } else {
      json += c;
    }
  }
  return json + "\"";
}

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
  if (!value.empty()) json.append(",").append(quoted(key)).append(":").append(quoted(value));
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
      json.append(&note == &error.notes.front() ? "" : ",").append(quoted(note));
    }
    json += "]";
  }
  return json + "}";
}

std::string as_text(const Error& error) {
  std::string text = "kvlaunch: error: ";
  if (error.location && !error.location->file.empty()) text += place(*error.location) + ": ";
  text += error.message;
  std::string facts;
  if (!error.reference.empty() && error.message.find(error.reference) == std::string::npos) {
    facts += " " + error.reference;
  }
  if (!error.request_id.empty()) facts += " request " + error.request_id;
  if (!facts.empty()) text += " (" + facts.substr(1) + ")";
  if (error.location && !error.location->excerpt.empty()) {
    text += "\n    " + error.location->excerpt;
    if (error.location->caret_column > 0) {
      text += "\n    " +
              std::string(static_cast<std::size_t>(error.location->caret_column - 1), ' ') +
              std::string(static_cast<std::size_t>(std::max(error.location->caret_width, 1)), '^');
    }
  }
  for (const std::string& note : error.notes) text += "\n  - " + note;
  if (!error.hint.empty()) text += "\nkvlaunch: hint: " + error.hint;
  return text;
}

}  // namespace

Report::Report()
    : logger_(std::make_shared<spdlog::logger>("kvlaunch",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog::level::trace);
  logger_->flush_on(spdlog::level::trace);
}

Report::~Report() = default;

void Report::set(Verbosity verbosity, LogFormat format) {
  const std::lock_guard lock{mutex_};
  verbosity_ = verbosity;
  format_ = format;
}

void Report::warn(std::string_view message, std::string_view hint) {
  const std::lock_guard lock{mutex_};
  if (verbosity_ == Verbosity::quiet) return;
  if (format_ == LogFormat::json) {
    std::string json = "{\"level\":\"warning\"";
    add(json, "message", message);
    add(json, "hint", hint);
    logger_->warn("{}}}", json);
    return;
  }
  logger_->warn("kvlaunch: warning: {}", message);
  if (!hint.empty()) logger_->warn("kvlaunch: hint: {}", hint);
}

void Report::note(std::string_view message) {
  const std::lock_guard lock{mutex_};
  if (verbosity_ != Verbosity::verbose) return;
  if (format_ == LogFormat::json) {
    logger_->info("{{\"level\":\"info\",\"message\":{}}}", quoted(message));
  } else {
    logger_->info("kvlaunch: {}", message);
  }
}

int Report::fail(const Errors& errors) {
  const std::lock_guard lock{mutex_};
  for (const Error& error : errors) print(error);
  return static_cast<int>(most_lasting(errors));
}

void Report::line(std::string_view text) {
  const std::lock_guard lock{mutex_};
  logger_->info("{}", text);
}

void Report::print(const Error& error) {
  logger_->error("{}", format_ == LogFormat::json ? as_json(error) : as_text(error));
}

}  // namespace kvlaunch
