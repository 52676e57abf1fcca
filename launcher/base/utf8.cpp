// Reading and writing UTF-8 sequences.
#include "launcher/base/utf8.hpp"

namespace kvlaunch {

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = continues(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = continues(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

char32_t first_code_point(std::string_view text) {
  const auto length = utf8_length(text);
  const auto first = static_cast<unsigned char>(text.front());
  if (length == 1) return first;
  // The first byte carries 7 - length bits, each further one 6.
  char32_t code_point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    code_point = (code_point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return code_point;
}

std::string_view encode_utf8(char32_t code_point, std::array<char, 4>& bytes) {
  const auto continuation = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    bytes = {static_cast<char>(code_point)};
    return {bytes.data(), 1};
  }
  if (code_point < 0x800) {
    bytes = {static_cast<char>(0xC0U | (code_point >> 6U)), continuation(0)};
    return {bytes.data(), 2};
  }
  if (code_point < 0x10000) {
    bytes = {static_cast<char>(0xE0U | (code_point >> 12U)), continuation(6), continuation(0)};
    return {bytes.data(), 3};
  }
  bytes = {static_cast<char>(0xF0U | (code_point >> 18U)), continuation(12), continuation(6),
           continuation(0)};
  return {bytes.data(), 4};
}

void append_utf8(std::string& text, char32_t code_point) {
  std::array<char, 4> bytes{};
  text += encode_utf8(code_point, bytes);
}

}  // namespace kvlaunch
