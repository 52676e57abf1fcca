// Printing errors with their place, source line and caret.
#include "devvault/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace devvault {
namespace {

std::string place_of(const kvlaunch::Location& location) {
  std::string place = location.file;
  if (location.line > 0) place += ":" + std::to_string(location.line);
  if (location.line > 0 && location.column > 0) place += ":" + std::to_string(location.column);
  return place + ": ";
}

std::string excerpt_of(const kvlaunch::Location& location) {
  if (location.excerpt.empty()) return {};
  std::string text = "  " + location.excerpt + "\n";
  if (location.caret_column > 0) {
    text += std::string(static_cast<std::size_t>(location.caret_column) + 1, ' ') +
            std::string(static_cast<std::size_t>(std::max(location.caret_width, 1)), '^') + "\n";
  }
  return text;
}

// Whole messages in one write, so that those of the command do not get between.
void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(STDERR_FILENO, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

void report(const kvlaunch::Error& error) {
  std::string text = "devvault: error: ";
  if (error.location) text += place_of(*error.location);
  text += error.message + "\n";
  if (error.location) text += excerpt_of(*error.location);
  for (const std::string& note : error.notes) text += "devvault: note: " + note + "\n";
  print(text);
  if (!error.hint.empty()) hint(error.hint);
}

void report(const kvlaunch::Errors& errors) {
  for (const kvlaunch::Error& error : errors) report(error);
}

void hint(const std::string& text) {
  print("devvault: hint: " + text + "\n");
}

}  // namespace devvault
