// Checking a text against RFC 8259 by recursive descent.
#include "launcher/base/json_syntax.hpp"

#include <algorithm>
#include <charconv>

#include "launcher/base/utf8.hpp"

namespace kvlaunch {
namespace {

// Checks a text against RFC 8259. Each function returns what is wrong, or nothing.
class Checker {
 public:
  using Problem = JsonProblem;

  Checker(std::string_view text, std::size_t max_depth) : rest_(text), depth_left_(max_depth) {}

  Problem document() {
    skip_blanks();
    if (const Problem problem = value()) return problem;
    skip_blanks();
    return rest_.empty() ? Problem{} : "something follows the value";
  }

 private:
  Problem value() {
    if (rest_.empty()) return "the text ends early";
    switch (rest_.front()) {
      case '{':
        return nested('}');
      case '[':
        return nested(']');
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  Problem nested(char closing) {
    const bool named = closing == '}';
    if (depth_left_ == 0) return "it is nested too deeply";
    --depth_left_;
    rest_.remove_prefix(1);
    skip_blanks();
    if (!take(closing)) {
      do {
        skip_blanks();
        if (const Problem problem = named ? name() : Problem{}) return problem;
        if (const Problem problem = value()) return problem;
        skip_blanks();
      } while (take(','));
      if (!take(closing)) return unexpected();
    }
    ++depth_left_;
    return {};
  }

  Problem name() {
    if (!rest_.starts_with('"')) return unexpected();
    if (const Problem problem = string()) return problem;
    skip_blanks();
    if (!take(':')) return unexpected();
    skip_blanks();
    return {};
  }

  Problem string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"') {
        rest_.remove_prefix(1);
        return {};
      }
      if (c == '\\') {
        if (const Problem problem = escape()) return problem;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) return "a string holds a control character";
      const std::size_t length = utf8_length(rest_);
      if (length == 0) return "it is not UTF-8";
      rest_.remove_prefix(length);
    }
    return "the text ends early";
  }

  Problem escape() {
    if (rest_.size() < 2) return "the text ends early";
    const char kind = rest_[1];
    rest_.remove_prefix(2);
    if (kind != 'u') {
      return std::string_view{"\"\\/bfnrt"}.find(kind) == std::string_view::npos
                 ? "a string holds an unknown escape"
                 : Problem{};
    }
    const auto first = json_escape_unit(rest_);
    if (!first) return "a string holds a malformed escape";
    rest_.remove_prefix(4);
    if (is_low_surrogate(*first)) return "a string holds half a character";
    if (!is_high_surrogate(*first)) return {};
    const auto second = rest_.starts_with("\\u") ? json_escape_unit(rest_.substr(2)) : std::nullopt;
    if (!second || !is_low_surrogate(*second)) return "a string holds half a character";
    rest_.remove_prefix(6);
    return {};
  }

  Problem number() {
    take('-');
    if (!take('0') && !digits()) return unexpected();
    if (take('.') && !digits()) return unexpected();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return unexpected();
    }
    return {};
  }

  bool digits() {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(count);
    return count > 0;
  }

  Problem word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return unexpected();
    rest_.remove_prefix(expected.size());
    return {};
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(json_blanks), rest_.size()));
  }

  [[nodiscard]] std::string_view unexpected() const {
    return rest_.empty() ? "the text ends early" : "a character stands where none may";
  }

  std::string_view rest_;
  std::size_t depth_left_;
};

}  // namespace

std::optional<unsigned> json_escape_unit(std::string_view digits) {
  unsigned unit = 0;
  if (digits.size() < 4) return std::nullopt;
  const char* const end = digits.data() + 4;
  const auto [stop, problem] = std::from_chars(digits.data(), end, unit, 16);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return unit;
}

JsonProblem json_problem(std::string_view text, std::size_t max_depth) {
  return Checker{text, max_depth}.document();
}

std::string json_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char32_t code_point = length == 0 ? 0 : first_code_point(text);
    if (length == 0) {
      quoted += "\\ufffd";
    } else if (code_point == '"' || code_point == '\\') {
      quoted += {'\\', text.front()};
    } else if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) {
      quoted.append("\\u00").append({digits[code_point >> 4U], digits[code_point & 0x0FU]});
    } else {
      quoted += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return quoted + '"';
}

}  // namespace kvlaunch
