// Making the excerpt: one tag, redacted, with a caret under what is meant.
#include "templates/place.hpp"

#include <algorithm>
#include <optional>

#include "launcher/base/utf8.hpp"

namespace kvlaunch::templates {
namespace {

constexpr std::size_t excerpt_limit = 160;  // characters; a longer tag is shown up to here
constexpr std::size_t opening_length = 2;   // "{{", "{%" and "{#"

// The text of the tag with literals hidden, and where in it the span came to lie, in characters.
struct Redacted {
  std::string text;
  std::size_t characters = 0;
  std::optional<std::size_t> caret;
  std::size_t caret_width = 0;
};

void put(Redacted& out, std::string_view bytes) {
  out.text += bytes;
  ++out.characters;
}

std::size_t end_of_literal(std::string_view text, std::size_t start) {
  const char quote = text[start];
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return text.size();
}

// What closes a tag that begins with `opening`.
std::string_view closing_of(std::string_view opening) {
  if (opening == "{{") return "}}";
  return opening == "{%" ? "%}" : "#}";
}

// One past the tag that begins at `start`; nothing if it is not closed.
std::optional<std::size_t> end_of_tag(std::string_view text, std::size_t start) {
  const auto closing = closing_of(text.substr(start, opening_length));
  for (std::size_t i = start + opening_length; i < text.size();) {
    if (text.substr(i).starts_with(closing)) return i + closing.size();
    const bool literal = closing != "#}" && (text[i] == '"' || text[i] == '\'');
    i = literal ? end_of_literal(text, i) : i + 1;
  }
  return std::nullopt;
}

Redacted redact(std::string_view text, std::size_t start, std::size_t end, const Span& span) {
  Redacted out;
  const auto span_end = span.offset + std::max<std::size_t>(span.length, 1);
  for (std::size_t i = start; i < end && out.characters < excerpt_limit;) {
    const auto before = out.characters;
    std::size_t next = i + std::max<std::size_t>(utf8_length(text.substr(i)), 1);
    if (text[i] == '"' || text[i] == '\'') {
      next = std::min(end_of_literal(text, i), end);
      const auto quote = text.substr(i, 1);
      put(out, quote);
      put(out, "…");
      if (next - i > 1 && text[next - 1] == text[i]) put(out, quote);
    } else if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) {
      put(out, " ");
    } else {
      put(out, text.substr(i, next - i));
    }
    if (next > span.offset && i < span_end) {
      if (!out.caret) out.caret = before;
      out.caret_width = out.characters - *out.caret;
    }
    i = next;
  }
  return out;
}

}  // namespace

Error error_at(std::string_view text, const Span& span, Code code, std::string message,
               std::string hint) {
  Location where;
  const auto before = text.substr(0, span.offset);
  where.line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto line_end = before.rfind('\n');
  const auto line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
  where.column = static_cast<int>(span.offset - line_start) + 1;

  const auto closed = end_of_tag(text, span.tag);
  auto shown = redact(text, span.tag, closed.value_or(span.tag + opening_length), span);
  if (!closed || shown.characters >= excerpt_limit) shown.text += " …";
  where.excerpt = std::move(shown.text);
  where.caret_column = static_cast<int>(shown.caret.value_or(0)) + 1;
  where.caret_width = static_cast<int>(std::max<std::size_t>(shown.caret_width, 1));
  return Error{.code = code,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = std::move(where)};
}

}  // namespace kvlaunch::templates
