// The grammar of JSON (RFC 8259): what a text must be before json.cpp looks into it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kvlaunch {

// What is wrong, in words without any part of the text; nothing if all is well.
using JsonProblem = std::optional<std::string_view>;

// One value, nothing after it, UTF-8 throughout, at most `max_depth` brackets deep. Linear time;
// calls itself once per level, so `max_depth` must suit the smallest stack in use.
JsonProblem json_problem(std::string_view text, std::size_t max_depth);

// The UTF-16 unit that the four digits of a \u escape name; nothing if they are no hex digits.
std::optional<unsigned> json_escape_unit(std::string_view digits);

inline constexpr std::string_view json_blanks = " \t\n\r";

constexpr bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
constexpr bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// `text` as a JSON string, with its quotes: what must be escaped is (RFC 8259 section 7), and DEL
// and C1 controls, because such lines are read on terminals. JSON is UTF-8: each byte that is not
// becomes U+FFFD. Not for secrets: the result is an ordinary string.
std::string json_quoted(std::string_view text);

}  // namespace kvlaunch
