// String literals of expressions: where they end and what they mean.
//
// Jinja2 reads them with Python's unicode-escape codec (jinja2/lexer.py, Lexer.wrap; Python
// language reference, "Escape sequences").
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/result.hpp"

namespace kvlaunch::templates {

// The length of the literal at the start of `text`, quotes included; nothing if it is not closed.
std::optional<std::size_t> literal_length(std::string_view text);

// What stands between the quotes, unescaped. The Error has message and hint only. Unknown escapes
// stay as they are, as in Python.
Result<std::string> unescape_literal(std::string_view body);

// CRLF and CR become LF, as everywhere in a template.
std::string with_plain_line_ends(std::string_view text);

}  // namespace kvlaunch::templates
