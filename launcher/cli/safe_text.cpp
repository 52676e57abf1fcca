// Going through text character by character.
#include "launcher/cli/safe_text.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "launcher/base/utf8.hpp"

namespace kvlaunch {
namespace {

bool is_between(char32_t c, char32_t first, char32_t last) {
  return first <= c && c <= last;
}

// C0, DEL, C1; the line and paragraph separators; what reorders text (Unicode TR 9, 2.1 to 2.4).
bool drives_terminals(char32_t c) {
  return c < 0x20 || is_between(c, 0x7F, 0x9F) || is_between(c, 0x2028, 0x202E) ||
         is_between(c, 0x2066, 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char32_t code_point = length == 0 ? 0 : first_code_point(text);
    if (length <= 1 && (length == 0 || drives_terminals(code_point))) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (drives_terminals(code_point)) {
      safe += fmt::format("\\u{:04x}", static_cast<unsigned>(code_point));
    } else {
      safe += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return safe;
}

}  // namespace kvlaunch
