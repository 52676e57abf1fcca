// Recognising the mistakes.
#include "launcher/yaml/traps.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/url.hpp"

namespace kvlaunch::yaml {
namespace {

constexpr int longest_search = 2000;  // lines looked at for the cause of a syntax error

struct Explanation {
  std::string_view parser_message;  // beginning of yaml-cpp's text (exceptions.h, ErrorMsg)
  std::string_view message;
  std::string_view hint;
};

constexpr auto explanations = std::to_array<Explanation>({
    {"illegal map value", "a \": \" where no key can stand",
     "quote a value that contains \": \", and indent all keys of a mapping alike"},
    {"end of map not found", "this does not belong to the mapping above it",
     "indent all keys of a mapping alike, and quote a whole value or nothing of it"},
    {"end of sequence not found", "this does not belong to the list above it",
     "indent all entries of a list alike"},
    {"end of map flow not found", "a { is not closed, or a comma is missing behind it",
     "put commas between the entries and } at the end, or quote the value"},
    {"end of sequence flow not found", "a [ is not closed, or a comma is missing behind it",
     "put commas between the entries and ] at the end, or quote the value"},
    {"illegal flow end", "a closing bracket that nothing opened", "remove it, or quote the value"},
    {"illegal block entry", "a list cannot begin here", "begin it on a line of its own"},
    {"illegal map key", "a mapping cannot begin here", "begin it on a line of its own"},
    {"illegal tab", "a tab in the indentation", "indent with blanks"},
    {"illegal EOF in scalar", "a quote is not closed", "close it"},
    {"illegal document indicator in scalar", "a quote is not closed", "close it"},
    {"the referenced anchor is not defined", "an alias without its anchor",
     "quote a value that begins with *"},
    {"alias not found", "a * without the name of an anchor", "quote a value that begins with *"},
    {"anchor not found", "a & without a name", "quote a value that begins with &"},
    {"unknown token", "a character that cannot begin a value", "quote the value"},
    {"unexpected character in block scalar", "text behind | or >",
     "begin the text on the next line, or quote the value"},
    {"unknown escape character", "an escape that YAML does not know",
     "write \\\\ for a backslash, or use single quotes"},
    {"invalid unicode", "an escape that is no character", "correct the escape"},
    {"YAML major version too large", "a version of YAML that is not known", "remove %YAML"},
});

std::string_view line_of(std::string_view text, int number) {
  for (; number > 1; --number) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return {};
    text.remove_prefix(newline + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool only_blanks_from(std::string_view text, Mark mark) {
  for (int line = 1; line < mark.line; ++line) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return true;
    text.remove_prefix(newline + 1);
  }
  const auto column = std::min(static_cast<std::size_t>(mark.column) - 1, text.size());
  return text.find_first_not_of(" \t\r\n", column) == std::string_view::npos;
}

// Where the value on a line begins: behind the indentation, list dashes and the first key.
std::size_t value_start(std::string_view line) {
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  };
  skip_blanks();
  while (line.substr(at).starts_with("- ")) {
    at += 2;
    skip_blanks();
  }
  const std::size_t colon = line.find(": ", at);
  if (colon != std::string_view::npos && !line.substr(at).starts_with("{")) {
    at = colon + 2;
    skip_blanks();
  }
  return at;
}

std::optional<Error> trap_between(const Excerpts& excerpts, Mark from, Mark to) {
  const int last = std::min(to.line, from.line + longest_search);
  std::string_view rest = excerpts.source().text;
  for (int number = 1; number <= last; ++number) {
    const std::size_t newline = rest.find('\n');
    if (number >= from.line) {
      const std::string_view line = rest.substr(0, newline);
      const std::size_t start = value_start(line);
      const Mark mark{.line = number, .column = static_cast<int>(start) + 1};
      if (auto trap = problem_with_start(excerpts, mark, line.substr(start))) return trap;
    }
    if (newline == std::string_view::npos) break;
    rest.remove_prefix(newline + 1);
  }
  return std::nullopt;
}

// The offset of the first quote of a quoted node, or npos for a block scalar.
std::size_t opening_quote(std::string_view text, std::size_t offset) {
  if (offset < text.size() && text[offset] == '&') {
    offset = text.find_first_of(" \t\r\n", offset);
    if (offset != std::string_view::npos) offset = text.find_first_not_of(" \t\r\n", offset);
  }
  if (offset >= text.size() || (text[offset] != '"' && text[offset] != '\'')) {
    return std::string_view::npos;
  }
  return offset;
}

// The offset of the quote that closes the one at `opening`.
std::optional<std::size_t> closing_quote(std::string_view text, std::size_t opening) {
  const char quote = text[opening];
  for (std::size_t i = opening + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote != '\'' || i + 1 >= text.size() || text[i + 1] != '\'') return i;
      ++i;
    }
  }
  return std::nullopt;
}

bool begins_reference(std::string_view key, std::string_view value) {
  if (key == "secret" || key == "certificate" || key == "key") return true;
  const std::string start = to_lower(value.substr(0, 32));
  return start.starts_with("kv:") || start.starts_with("ref+azurekeyvault:") ||
         start.starts_with("secretref+azurekeyvault:");
}

}  // namespace

std::optional<Error> problem_with_start(const Excerpts& excerpts, Mark mark,
                                        std::string_view text) {
  constexpr std::array<std::string_view, 6> starts{"{{", "{%", "{#", "@", "`", "%"};
  for (const std::string_view start : starts) {
    if (!text.starts_with(start)) continue;
    return Error{.code = Code::manifest_syntax,
                 .message = "a value that begins with " + std::string{start} + " needs quotes",
                 .hint = "quote the value: YAML reads " + std::string{start} + " as something else",
                 .location = excerpts.at(mark, static_cast<int>(start.size()), Token::hidden)};
  }
  return std::nullopt;
}

std::optional<Error> problem_with_pointer(const Excerpts& excerpts, Mark mark, std::size_t offset,
                                          std::string_view key, std::string_view value) {
  const std::string_view text = excerpts.source().text;
  if (!begins_reference(key, value)) return std::nullopt;
  if (offset > text.size() || !text.substr(offset).starts_with(value)) return std::nullopt;
  const std::size_t end = offset + value.size();
  const std::size_t hash = text.find_first_not_of(" \t", end);
  if (hash == end || hash == std::string_view::npos || !text.substr(hash).starts_with("#/")) {
    return std::nullopt;
  }
  return Error{.code = Code::manifest_syntax,
               .message = "YAML takes #/ after a blank for a comment",
               .hint = "write NAME#/pointer without a blank",
               .location = excerpts.at(mark, 0, Token::hidden)};
}

std::optional<Error> problem_with_quotes(const Excerpts& excerpts, Mark mark, std::size_t offset) {
  const std::size_t opening = opening_quote(excerpts.source().text, offset);
  if (opening == std::string_view::npos || closing_quote(excerpts.source().text, opening)) {
    return std::nullopt;
  }
  return Error{.code = Code::manifest_syntax,
               .message = "a quote is not closed",
               .hint = "close it",
               .location = excerpts.at(mark, 1, Token::hidden)};
}

bool has_tag_at(std::string_view text, std::size_t offset) {
  return offset < text.size() && text[offset] == '!';
}

bool has_colon_behind(std::string_view text, std::size_t offset, std::string_view scalar) {
  const std::size_t opening = opening_quote(text, offset);
  std::size_t end = offset + scalar.size();
  if (opening != std::string_view::npos) {
    const auto close = closing_quote(text, opening);
    if (!close) return false;
    end = *close + 1;
  } else if (offset > text.size() || !text.substr(offset).starts_with(scalar)) {
    return false;
  }
  const std::size_t next = text.find_first_not_of(" \t", end);
  return next != std::string_view::npos && text[next] == ':';
}

bool begins_template(std::string_view text, std::size_t offset) {
  if (offset + 1 >= text.size() || text[offset] != '{') return false;
  const char next = text[offset + 1];
  return next == '{' || next == '%' || next == '#';
}

Error syntax_error(const Excerpts& excerpts, Mark mark, std::string_view parser_message,
                   Mark suspect, std::optional<Mark> open_bracket) {
  mark.line = std::max(mark.line, 1);
  mark.column = std::max(mark.column, 1);
  if (auto trap = trap_between(excerpts, suspect, mark)) return *std::move(trap);
  // At the end of the file there is nothing to see.
  if (open_bracket && only_blanks_from(excerpts.source().text, mark)) mark = *open_bracket;
  Error error{.code = Code::manifest_syntax,
              .message = "this is not valid YAML",
              .hint = "check quotes, brackets and indentation around it",
              .location = excerpts.at(mark, 0, Token::hidden)};
  if (line_of(excerpts.source().text, mark.line).starts_with('\t')) {
    error.message = "a tab in the indentation";
    error.hint = "indent with blanks";
    return error;
  }
  for (const Explanation& row : explanations) {
    if (!parser_message.starts_with(row.parser_message)) continue;
    error.message = row.message;
    error.hint = row.hint;
    break;
  }
  return error;
}

}  // namespace kvlaunch::yaml
