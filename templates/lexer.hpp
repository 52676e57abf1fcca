// Template text to tokens, by the rules of Jinja2's lexer (jinja2/lexer.py): tags, whitespace
// control, string escapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "templates/place.hpp"

namespace kvlaunch::templates {

enum class TokenKind {
  text,         // outside tags; `value` with whitespace control applied, line ends as LF
  print_begin,  // "{{"
  print_end,    // "}}"
  block_begin,  // "{%"
  block_end,    // "%}"
  name,
  string,  // `value` unescaped
  integer,
  symbol,  // operators and brackets
  end,     // of the template, once, last
};

struct Token {
  TokenKind kind = TokenKind::end;
  Span span;
  std::string value;
  std::int64_t number = 0;  // integer

  [[nodiscard]] bool is_symbol(std::string_view symbol) const {
    return kind == TokenKind::symbol && value == symbol;
  }
};

// Comments are left out. Refused beyond what Jinja2 refuses: names and white space in tags that are
// not ASCII, floats, integers other than plain decimal, and the escapes \N{...}, \0 and surrogates.
Result<std::vector<Token>> tokenize(std::string_view text);

// What a message calls the token: "'|'", "a string", "the end of the tag".
std::string describe(const Token& token);

// White space as Python's str.strip and "\s" see it.
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
bool is_python_space(char32_t code_point);

}  // namespace kvlaunch::templates
