// Expressions of templates as a tree, and the parser that makes it (jinja2/parser.py).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "templates/lexer.hpp"

namespace kvlaunch::templates {

struct Argument;

struct Expression {
  enum class Kind {
    string,         // text
    integer,        // number
    boolean,        // number: 0 or 1
    concatenation,  // operands joined by "~"
    call,           // text: the function; operands: its arguments
    filter,         // text: the filter; operands: what is filtered, then the arguments
  };

  Kind kind = Kind::string;
  Span span;
  std::string text;
  std::int64_t number = 0;
  std::vector<Argument> operands;
};

struct Argument {
  std::string keyword;  // empty: by position
  Expression value;
};

// The tokens of one template, read one after the other; the last one is TokenKind::end.
struct Cursor {
  std::string_view text;  // of the template, for errors
  const std::vector<Token>* tokens = nullptr;
  std::size_t position = 0;

  [[nodiscard]] const Token& current() const { return (*tokens)[position]; }
  const Token& take() { return (*tokens)[position++]; }
};

inline constexpr std::string_view what_settings_take =
    "a setting takes strings, env(\"NAME\"), '~' between them, and filters";

// One expression at the cursor, which comes to stand behind it. Whether functions and filters exist
// is not checked here. Depth is bounded. Errors: Code::template_syntax.
Result<Expression> parse_expression(Cursor& cursor);

}  // namespace kvlaunch::templates
