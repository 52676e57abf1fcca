// Taking a connection string apart, one character at a time.
#include "providers/connection_string.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace kvlaunch {
namespace {

// The blanks of .NET's \s beyond ASCII: strings are pasted from web pages and word processors.
constexpr std::array<std::string_view, 19> wide_blanks{
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
    "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

// The length of the blank that `text` begins with; 0 if there is none.
std::size_t blank_length(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view{" \t\n\v\f\r"}.find(text.front()) != std::string_view::npos) return 1;
  const auto* const wide =
      std::find_if(wide_blanks.begin(), wide_blanks.end(),
                   [&](std::string_view blank) { return text.starts_with(blank); });
  return wide == wide_blanks.end() ? 0 : wide->size();
}

// Unicode's Cc; callers have passed over the blanks among them.
bool is_control(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x20 || byte == 0x7F) return true;
  return byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<std::vector<ConnectionStringPart>> parse() {
    std::vector<ConnectionStringPart> parts;
    for (;;) {
      while (skip_blanks() || skip(';')) {
      }
      if (rest_.empty()) return parts;
      if (parts.size() == most_connection_string_parts) {
        return wrong("the connection string has too many parts", "leave out what is not needed");
      }
      ++number_;
      auto key = read_key();
      if (!key) return std::move(key).errors();
      auto value = read_value();
      if (!value) return std::move(value).errors();
      parts.push_back({std::move(*key), std::move(*value)});
    }
  }

 private:
  // Up to the first '=' that is not doubled, which is consumed.
  Result<Secret> read_key() {
    SecretWriter key;
    std::string_view blanks;  // belong to the key only if more of it follows
    for (;;) {
      blanks = take_blanks();
      if (rest_.empty() || rest_.front() == ';') {
        return part_error("has no '='",
                          "write KEY=VALUE with ; between; a value that holds ; goes in quotes");
      }
      const bool doubled = rest_.starts_with("==");
      if (rest_.front() == '=' && !doubled) break;
      if (is_control(rest_)) return control_character();
      if (key.size() > 0) key.append(blanks);
      key.append(take(1));
      if (doubled) take(1);
    }
    take(1);
    if (key.size() > 0) return key.take();
    return part_error("has no key before its '='", "write KEY=VALUE");
  }

  Result<Secret> read_value() {
    skip_blanks();
    if (rest_.empty()) return Secret{};
    const char first = rest_.front();
    return first == '"' || first == '\'' ? read_quoted(first) : read_bare();
  }

  Result<Secret> read_quoted(char quote) {
    SecretWriter value;
    take(1);
    for (;;) {
      const auto end = rest_.find(quote);
      if (end == std::string_view::npos) {
        return part_error("has a quote that is not closed",
                          "close it; a quote inside the value is written twice");
      }
      const auto piece = take(end);
      if (piece.find('\0') != std::string_view::npos) return control_character();
      value.append(piece);
      take(1);
      if (rest_.empty() || rest_.front() != quote) break;
      value.append(take(1));
    }
    skip_blanks();
    if (rest_.empty() || rest_.front() == ';') return value.take();
    return part_error("goes on behind its closing quote",
                      "write ; there; a quote inside the value is written twice");
  }

  Result<Secret> read_bare() {
    SecretWriter value;
    std::string_view blanks;  // inner ones stay, those at the end do not
    while (!rest_.empty() && rest_.front() != ';') {
      if (is_control(rest_)) return control_character();
      value.append(blanks);
      value.append(take(1));
      blanks = take_blanks();
    }
    const auto text = value.reveal();
    if (text.ends_with('"') || text.ends_with('\'')) {
      return part_error("ends with a quote that was not opened", "put the whole value in quotes");
    }
    return value.take();
  }

  std::string_view take(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view take_blanks() {
    std::size_t length = 0;
    while (const auto more = blank_length(rest_.substr(length))) length += more;
    return take(length);
  }
  bool skip_blanks() { return !take_blanks().empty(); }
  bool skip(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    take(1);
    return true;
  }

  static Error wrong(std::string message, std::string hint) {
    return Error{
        .code = Code::connection_string, .message = std::move(message), .hint = std::move(hint)};
  }
  [[nodiscard]] Error part_error(std::string_view what, std::string hint) const {
    return wrong(
        "part " + std::to_string(number_) + " of the connection string " + std::string{what},
        std::move(hint));
  }
  [[nodiscard]] Error control_character() const {
    return part_error("has a control character", "type it again instead of pasting it");
  }

  std::string_view rest_;
  int number_ = 0;
};

}  // namespace

bool is_blank_connection_string(std::string_view text) {
  while (const auto length = blank_length(text)) text.remove_prefix(length);
  return text.empty();
}

Result<std::vector<ConnectionStringPart>> parse_connection_string(std::string_view text) {
  if (text.size() > longest_connection_string) {
    return Error{.code = Code::connection_string,
                 .message = "the connection string is far too long",
                 .hint = "check what was put into it"};
  }
  return Parser{text}.parse();
}

}  // namespace kvlaunch
