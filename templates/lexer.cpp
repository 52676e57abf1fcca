// The lexer: text until a tag opens, then tokens until it closes.
#include "templates/lexer.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "launcher/base/utf8.hpp"
#include "templates/string_literal.hpp"

namespace kvlaunch::templates {
namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_tag_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Longest first, so that "//" is not two of "/".
constexpr auto symbols = std::to_array<std::string_view>(
    {"**", "//", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[",
     "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ",", ";"});

enum class Strip { no, yes };

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (position_ < text_.size()) {
      if (auto done = text_and_tag(); !done) return std::move(done).errors();
    }
    add(TokenKind::end, text_.size(), 0);
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

  void add(TokenKind kind, std::size_t offset, std::size_t length, std::string value = {}) {
    tokens_.push_back(
        Token{.kind = kind, .span = Span{offset, length, tag_}, .value = std::move(value)});
  }

  Error fail(std::size_t offset, std::size_t length, std::string message, std::string hint) const {
    return error_at(text_, Span{offset, length, tag_}, Code::template_syntax, std::move(message),
                    std::move(hint));
  }

  [[nodiscard]] std::size_t next_opening() const {
    for (auto at = text_.find('{', position_); at != std::string_view::npos;
         at = text_.find('{', at + 1)) {
      const auto mark = text_.substr(at + 1, 1);
      if (mark == "{" || mark == "%" || mark == "#") return at;
    }
    return text_.size();
  }

  Result<void> text_and_tag() {
    const auto opening = next_opening();
    auto literal = text_.substr(position_, opening - position_);
    const auto start = position_;
    if (strip_ == Strip::yes) literal = strip_left(literal);
    strip_ = Strip::no;
    const auto sign = text_.substr(opening).substr(0, 3).substr(opening < text_.size() ? 2 : 0);
    if (sign == "-") literal = strip_right(literal);
    if (!literal.empty()) {
      add(TokenKind::text, start, opening - start, with_plain_line_ends(literal));
    }
    if (opening == text_.size()) {
      position_ = opening;
      return {};
    }
    tag_ = opening;
    // A '+' only keeps lstrip_blocks from its work, which is off here.
    position_ = opening + 2 + (sign == "-" || sign == "+" ? 1 : 0);
    switch (text_[opening + 1]) {
      case '#':
        return comment();
      case '%':
        return tag(TokenKind::block_begin, TokenKind::block_end, "%}");
      default:
        return tag(TokenKind::print_begin, TokenKind::print_end, "}}");
    }
  }

  Result<void> comment() {
    const auto end = text_.find("#}", position_);
    if (end == std::string_view::npos) {
      return fail(tag_, 2, "a comment that is not closed", "close it with #}");
    }
    if (end > position_ && text_[end - 1] == '-') strip_ = Strip::yes;
    position_ = end + 2;
    return {};
  }

  Result<void> tag(TokenKind begin, TokenKind end, std::string_view closing) {
    add(begin, tag_, position_ - tag_);
    open_brackets_.clear();
    for (;;) {
      while (position_ < text_.size() && is_tag_space(text_[position_])) ++position_;
      if (position_ == text_.size()) {
        return fail(tag_, 2, "a tag that is not closed", "close it with " + std::string{closing});
      }
      if (open_brackets_.empty() && closes(end, closing)) return {};
      if (auto done = token(); !done) return done;
    }
  }

  bool closes(TokenKind end, std::string_view closing) {
    const bool minus = rest().starts_with('-');
    // "+%}" belongs to trim_blocks, which only blocks know.
    const bool plus = end == TokenKind::block_end && rest().starts_with('+');
    const std::size_t sign = minus || plus ? 1 : 0;
    if (!rest().substr(sign).starts_with(closing)) return false;
    add(end, position_, sign + closing.size());
    if (minus) strip_ = Strip::yes;
    position_ += sign + closing.size();
    return true;
  }

  Result<void> token() {
    const char c = text_[position_];
    if (c == '"' || c == '\'') return string();
    if (is_digit(c)) return integer();
    if (is_name_start(c)) {
      auto end = position_;
      while (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end]))) ++end;
      take(TokenKind::name, end - position_);
      return {};
    }
    return symbol();
  }

  void take(TokenKind kind, std::size_t length) {
    add(kind, position_, length, std::string{text_.substr(position_, length)});
    position_ += length;
  }

  Result<void> string() {
    const auto start = position_;
    const auto length = literal_length(rest());
    if (!length) {
      return fail(start, 1, "a string that is not closed", "close it with the same quote");
    }
    auto value = unescape_literal(rest().substr(1, *length - 2));
    if (!value) return fail(start, *length, value.error().message, value.error().hint);
    add(TokenKind::string, start, *length, *std::move(value));
    position_ += *length;
    return {};
  }

  Result<void> integer() {
    auto end = position_;
    while (end < text_.size() && (is_digit(text_[end]) || is_name_start(text_[end]))) ++end;
    const auto digits = rest().substr(0, end - position_);
    const bool fraction = end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1]);
    std::int64_t number = 0;
    const auto [stop, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = stop == digits.data() + digits.size();
    if (fraction || !whole || (digits.size() > 1 && digits.front() == '0')) {
      return fail(position_, digits.size(), "a number that is no plain decimal integer",
                  "write a decimal integer, or the text in quotes");
    }
    if (failure != std::errc{}) {
      return fail(position_, digits.size(), "an integer beyond 64 bits", "write it in quotes");
    }
    take(TokenKind::integer, digits.size());
    tokens_.back().number = number;
    return {};
  }

  Result<void> symbol() {
    for (const auto candidate : symbols) {
      if (!rest().starts_with(candidate)) continue;
      if (auto balanced = bracket(candidate); !balanced) return balanced;
      take(TokenKind::symbol, candidate.size());
      return {};
    }
    return fail(position_, utf8_length(rest()), "a character that no expression has",
                "put text in quotes");
  }

  // Inside brackets "}}" does not end the tag: {{ {"a": {}} }}.
  Result<void> bracket(std::string_view symbol) {
    if (symbol == "(") open_brackets_ += ')';
    if (symbol == "[") open_brackets_ += ']';
    if (symbol == "{") open_brackets_ += '}';
    if (symbol != ")" && symbol != "]" && symbol != "}") return {};
    if (open_brackets_.empty()) {
      return fail(position_, 1, "a closing bracket without the opening one", "leave it out");
    }
    if (open_brackets_.back() != symbol.front()) {
      return fail(position_, 1, "the wrong closing bracket",
                  std::string{"close with '"} + open_brackets_.back() + "' first");
    }
    open_brackets_.pop_back();
    return {};
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t tag_ = 0;
  Strip strip_ = Strip::no;
  std::string open_brackets_;  // what each open bracket waits for
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view text) {
  return Lexer{text}.run();
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::text:
      return "text";
    case TokenKind::print_begin:
      return "'{{'";
    case TokenKind::block_begin:
      return "'{%'";
    case TokenKind::print_end:
    case TokenKind::block_end:
      return "the end of the tag";
    case TokenKind::name:
    case TokenKind::symbol:
      return "'" + token.value + "'";
    case TokenKind::string:
      return "a string";
    case TokenKind::integer:
      return "a number";
    case TokenKind::end:
      return "the end of the text";
  }
  return {};
}

bool is_python_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

std::string_view strip_left(std::string_view text) {
  while (!text.empty() && is_python_space(first_code_point(text))) {
    text.remove_prefix(utf8_length(text));
  }
  return text;
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty()) {
    auto start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    if (!is_python_space(first_code_point(text.substr(start)))) break;
    text = text.substr(0, start);
  }
  return text;
}

}  // namespace kvlaunch::templates
