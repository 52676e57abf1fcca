// Unescaping as Python's unicode-escape codec does.
#include "templates/string_literal.hpp"

#include <charconv>
#include <cstdint>

#include "launcher/base/utf8.hpp"

namespace kvlaunch::templates {
namespace {

Error bad_escape(std::string message, std::string hint) {
  return Error{
      .code = Code::template_syntax, .message = std::move(message), .hint = std::move(hint)};
}

// The code point of up to `most` digits at the start of `text`; advances past them.
std::optional<char32_t> take_digits(std::string_view& text, std::size_t least, std::size_t most,
                                    int base) {
  const auto digits = text.substr(0, most);
  std::uint32_t value = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  const auto length = static_cast<std::size_t>(end - digits.data());
  if (failure != std::errc{} || length < least) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

Result<void> append_code_point(std::string& out, std::optional<char32_t> code_point) {
  const std::string hint = "write the character itself";
  if (!code_point) return bad_escape("a cut off escape in a string", hint);
  const bool surrogate = *code_point >= 0xD800 && *code_point <= 0xDFFF;
  if (surrogate || *code_point > 0x10FFFF) {
    return bad_escape("an escape that is no character", hint);
  }
  if (*code_point == 0) return bad_escape("a NUL in a string", "leave it out");
  append_utf8(out, *code_point);
  return {};
}

// `rest` begins after the backslash.
Result<void> append_escape(std::string& out, std::string_view& rest) {
  constexpr std::string_view letters = "\\'\"abfnrtv";
  constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
  const char c = rest.front();
  if (const auto at = letters.find(c); at != std::string_view::npos) {
    out += meanings[at];
    rest.remove_prefix(1);
    return {};
  }
  if (c >= '0' && c <= '7') return append_code_point(out, take_digits(rest, 1, 3, 8));
  if (c == 'N') return bad_escape("a character's name in a string", "write the character itself");
  rest.remove_prefix(1);
  if (c == 'x') return append_code_point(out, take_digits(rest, 2, 2, 16));
  if (c == 'u') return append_code_point(out, take_digits(rest, 4, 4, 16));
  if (c == 'U') return append_code_point(out, take_digits(rest, 8, 8, 16));
  if (c == '\n') return {};
  out.append("\\").append(1, c);
  return {};
}

}  // namespace

std::optional<std::size_t> literal_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text.front()) {
      return i + 1;
    }
  }
  return std::nullopt;
}

Result<std::string> unescape_literal(std::string_view body) {
  const std::string plain = with_plain_line_ends(body);
  std::string_view rest = plain;
  std::string out;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '\\') {
      out += c;
    } else if (auto done = append_escape(out, rest); !done) {
      return std::move(done).errors();
    }
  }
  return out;
}

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\r\n") continue;
    plain += text[i] == '\r' ? '\n' : text[i];
  }
  return plain;
}

}  // namespace kvlaunch::templates
