// Writing the journal.
#include "devvault/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "devvault/json_object.hpp"
#include "devvault/report.hpp"

namespace devvault {
namespace {

constexpr std::size_t max_lines = 10'000;

// RFC 3339 with milliseconds.
std::string time_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = std::chrono::floor<Milliseconds>(time - seconds).count();
  const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                    parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                    parts.tm_min, parts.tm_sec, static_cast<int>(milliseconds));
  return {text.data(), static_cast<std::size_t>(size)};
}

// 0, or why not all of it could be written.
int append_to(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::string journal_line(const JournalEntry& entry) {
  const Request& request = *entry.request;
  std::vector<std::string> names;
  for (const auto& [name, value] : request.query) names.push_back(name);
  JsonObject line;
  line.text("time", time_text(entry.time))
      .number("connection", static_cast<std::int64_t>(entry.connection))
      .text("scheme", request.scheme)
      .text("method", request.method)
      .text("host", request.host)
      .number("port", request.port)
      .text("path", request.path)
      .raw("query", json_texts(names));
  if (const auto version = request.query_value("api-version")) line.text("api-version", *version);
  line.number("status", entry.status);
  if (!entry.fault.empty()) line.text("fault", entry.fault);
  if (!entry.identity.empty()) line.text("identity", entry.identity);
  return line.str() + "\n";
}

kvlaunch::Result<void> Journal::open(const std::string& path) {
  kvlaunch::Descriptor file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)};
  if (!file.valid()) {
    kvlaunch::Error error =
        kvlaunch::system_error("cannot open the journal", path, errno, kvlaunch::Code::usage);
    error.hint = "name a file that can be written: --journal FILE";
    return error;
  }
  file_ = std::move(file);
  path_ = path;
  return {};
}

void Journal::add(const JournalEntry& entry) {
  const std::string line = journal_line(entry);
  const std::lock_guard lock{mutex_};
  if (lines_.size() == max_lines) lines_.pop_front();
  lines_.push_back(line);
  // One write a line, under the lock: lines of several threads never mix.
  const int failure = file_.valid() ? append_to(file_.get(), line) : 0;
  if (failure == 0 || said_) return;
  said_ = true;
  kvlaunch::Error error = kvlaunch::system_error("cannot write the journal", path_, failure);
  error.hint = "lines are missing in that file; GET /devvault/journal has the last 10,000";
  report(error);
}

std::string Journal::text() const {
  const std::lock_guard lock{mutex_};
  std::string all;
  for (const std::string& line : lines_) all += line;
  return all;
}

void Journal::clear() {
  const std::lock_guard lock{mutex_};
  lines_.clear();
}

}  // namespace devvault
