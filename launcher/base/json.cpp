// The JSON reader: one strict pass over the whole text, then plain scans over what is known good.
#include "launcher/base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "launcher/base/json_syntax.hpp"
#include "launcher/base/utf8.hpp"

namespace kvlaunch {
namespace {

// The checks call themselves once per level; workers run on small stacks, whatever a caller asks.
constexpr std::size_t deepest_allowed = 256;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_blanks_before(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(json_blanks), text.size()));
  return text;
}

// The functions below run on checked text only: every string ends, every bracket has its partner.

std::size_t string_length(std::string_view text) {
  std::size_t i = 1;
  while (text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return i + 1;
}

std::size_t value_length(std::string_view text) {
  const char first = text.front();
  if (first == '"') return string_length(text);
  if (first != '{' && first != '[') return std::min(text.find_first_of(",]} \t\n\r"), text.size());
  std::size_t depth = 0;
  std::size_t i = 0;
  do {
    const char c = text[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    i += c == '"' ? string_length(text.substr(i)) : 1;
  } while (depth > 0);
  return i;
}

// Cuts the value at the front of `rest` off, with the comma after it.
std::string_view take_value(std::string_view& rest) {
  rest = without_blanks_before(rest);
  const std::string_view value = rest.substr(0, value_length(rest));
  rest = without_blanks_before(rest.substr(value.size()));
  if (rest.starts_with(',')) rest = without_blanks_before(rest.substr(1));
  return value;
}

// Calls `visit(quoted name, value)` for each member of an object.
template <class Visit>
void each_member(std::string_view object, Visit visit) {
  std::string_view rest = without_blanks_before(object.substr(1));
  while (!rest.starts_with('}')) {
    const std::string_view name = rest.substr(0, string_length(rest));
    rest = without_blanks_before(rest.substr(name.size()));
    rest.remove_prefix(1);  // the colon
    const std::string_view value = take_value(rest);
    visit(name, value);
  }
}

unsigned take_code_point(std::string_view& digits) {
  const unsigned first = json_escape_unit(digits).value_or(0);
  digits.remove_prefix(4);
  if (!is_high_surrogate(first)) return first;
  const unsigned second = json_escape_unit(digits.substr(2)).value_or(0);
  digits.remove_prefix(6);
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

// Appends the text of a quoted string. It never gets longer than it stands there, so that a
// reserved SecretWriter does not grow.
template <class Text>
void unescape(std::string_view quoted, Text& out) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find('\\'), rest.size());
    out.append(rest.substr(0, plain));
    rest.remove_prefix(plain);
    if (rest.empty()) return;
    const char kind = rest[1];
    rest.remove_prefix(2);
    if (kind == 'u') {
      std::array<char, 4> bytes{};
      out.append(encode_utf8(take_code_point(rest), bytes));
    } else {
      out.append(meanings.substr(letters.find(kind), 1));
    }
  }
}

Secret unescaped(std::string_view quoted) {
  SecretWriter writer{quoted.size()};
  unescape(quoted, writer);
  return writer.take();
}

bool names_equal(std::string_view quoted, std::string_view name) {
  if (quoted.find('\\') == std::string_view::npos) {
    return quoted.substr(1, quoted.size() - 2) == name;
  }
  return unescaped(quoted).reveal() == name;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, whole);
  if (problem != std::errc{}) return std::nullopt;
  if (stop == end) return whole;
  return std::nullopt;
}

// 1.5e3 and 20.0 are integral too; past 2^53 a double cannot tell, so these are refused.
std::optional<std::int64_t> integral_number(std::string_view text) {
  constexpr double exact_limit = 9007199254740992.0;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  if (std::trunc(number) != number || std::abs(number) > exact_limit) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

Result<Json> Json::parse(std::string_view text, std::size_t max_depth) {
  // RFC 8259 section 8.1 lets readers pass over a byte order mark; Windows editors write one.
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const auto problem = json_problem(text, std::min(max_depth, deepest_allowed))) {
    return Error{.code = Code::response_malformed, .message = "not JSON: " + std::string{*problem}};
  }
  std::string_view rest = text;
  return Json{take_value(rest)};
}

Json::Type Json::type() const {
  switch (text_.front()) {
    case '{':
      return Type::object;
    case '[':
      return Type::array;
    case '"':
      return Type::string;
    case 't':
    case 'f':
      return Type::boolean;
    case 'n':
      return Type::null;
    default:
      return Type::number;
  }
}

std::optional<Json> Json::member(std::string_view name) const {
  std::optional<Json> found;
  if (type() != Type::object) return found;
  each_member(text_, [&](std::string_view quoted, std::string_view value) {
    if (names_equal(quoted, name)) found = Json{value};
  });
  return found;
}

std::optional<Json> Json::at(std::initializer_list<std::string_view> path) const {
  std::optional<Json> found = *this;
  for (const std::string_view name : path) {
    found = found->member(name);
    if (!found) break;
  }
  return found;
}

std::vector<Json> Json::elements() const {
  std::vector<Json> all;
  if (type() != Type::array) return all;
  std::string_view rest = without_blanks_before(text_.substr(1));
  while (!rest.starts_with(']')) all.push_back(Json{take_value(rest)});
  return all;
}

std::vector<std::pair<std::string, Json>> Json::members() const {
  std::vector<std::pair<std::string, Json>> all;
  if (type() != Type::object) return all;
  each_member(text_, [&](std::string_view quoted, std::string_view value) {
    std::string name;
    unescape(quoted, name);
    all.emplace_back(std::move(name), Json{value});
  });
  return all;
}

std::optional<Secret> Json::secret() const {
  if (type() != Type::string) return std::nullopt;
  return unescaped(text_);
}

std::optional<std::string> Json::string() const {
  if (type() != Type::string) return std::nullopt;
  std::string text;
  unescape(text_, text);
  return text;
}

std::optional<std::int64_t> Json::integer() const {
  if (type() == Type::string) return integer_of(unescaped(text_).reveal());
  if (type() != Type::number) return std::nullopt;
  if (text_.find_first_of(".eE") != std::string_view::npos) return integral_number(text_);
  return integer_of(text_);
}

std::optional<bool> Json::boolean() const {
  if (type() != Type::boolean) return std::nullopt;
  return text_.front() == 't';
}

Secret Json::compact() const {
  SecretWriter writer{text_.size()};
  std::string_view rest = text_;
  while (!(rest = without_blanks_before(rest)).empty()) {
    const std::size_t length = rest.front() == '"' ? string_length(rest) : 1;
    writer.append(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return writer.take();
}

}  // namespace kvlaunch
