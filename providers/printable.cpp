// Making foreign text fit to print.
#include "providers/printable.hpp"

#include <algorithm>

namespace kvlaunch {
namespace {

// How many bytes the well-formed UTF-8 character at the front has; 0 if it is malformed. Overlong
// and surrogate forms pass: terminals replace them, and nothing here is parsed again.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || length > text.size()) return 0;
  const auto tail = text.substr(1, length - 1);
  const bool whole = std::all_of(tail.begin(), tail.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
  });
  return whole ? length : 0;
}

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
    const std::size_t length = character_length(text);
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

}  // namespace kvlaunch
