// Making foreign text fit to print.
#include "providers/printable.hpp"

#include <algorithm>

#include "launcher/base/utf8.hpp"

namespace kvlaunch {
namespace {

// C1 controls (U+0080 to U+009F) drive terminals too.
bool is_control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  return lead < 0x20 || lead == 0x7F ||
         (lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0);
}

}  // namespace

std::string first_line(std::string_view text, const std::vector<std::string_view>& secrets) {
  text = text.substr(0, text.find_first_of("\r\n"));
  for (const std::string_view secret : secrets) {
    if (!secret.empty() && text.find(secret) != std::string_view::npos) return {};
  }
  std::string line;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (line.size() + character.size() > longest_foreign_line) return line + "...";
    if (length == 0 || is_control(character)) {
      line += '?';
    } else {
      line += character;
    }
    text.remove_prefix(character.size());
  }
  return line;
}

std::string without_controls(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    line += length == 0 || is_control(character) ? std::string_view{"?"} : character;
    text.remove_prefix(character.size());
  }
  return line;
}

}  // namespace kvlaunch
