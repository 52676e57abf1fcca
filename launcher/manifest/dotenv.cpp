// The dotenv grammar of npm's package, line by line, with errors where it is silent.
//
// LINE of dotenv 16: ^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)
//   (\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$
// Two consequences are easy to miss: '#' ends an unquoted value even without a blank before it, and
// an escaped quote closes the value after all where no later quote does.
#include "launcher/manifest/dotenv.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "launcher/base/utf8.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t text_limit_bytes = 1024 * 1024;
constexpr std::size_t entries_limit = 10'000;
constexpr std::size_t errors_limit = 100;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

// JavaScript's trim() and \s also take these; written as UTF-8.
constexpr std::string_view wide_blanks[] = {
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
    "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
    "\xE2\x80\x8A", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"};
// Line ends to JavaScript's "." and "$", but not to editors.
constexpr std::string_view odd_line_ends[] = {"\xE2\x80\xA8", "\xE2\x80\xA9"};

std::size_t wide_blank_at(std::string_view text) {
  for (const auto blank : wide_blanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

std::string_view trim(std::string_view text) {
  for (;;) {
    if (text.empty()) return text;
    const auto wide = wide_blank_at(text);
    if (wide == 0 && !is_blank(text.front())) break;
    text.remove_prefix(wide == 0 ? 1 : wide);
  }
  for (;;) {
    const auto* const wide =
        std::find_if(std::begin(wide_blanks), std::end(wide_blanks),
                     [&](std::string_view blank) { return text.ends_with(blank); });
    if (wide != std::end(wide_blanks)) {
      text.remove_suffix(wide->size());
    } else if (!text.empty() && is_blank(text.back())) {
      text.remove_suffix(1);
    } else {
      return text;
    }
  }
}

class Parser {
 public:
  Parser(std::string_view file, std::string_view text) : file_(file), text_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.starts_with(byte_order_mark)) position_ = line_start_ = byte_order_mark.size();
  }

  DotenvReading read() {
    while (position_ < text_.size() && errors_.size() < errors_limit) {
      parse_line();
      if (entries_.size() > entries_limit) {
        complain(position_, "more than 10,000 assignments", "split the file");
        break;
      }
    }
    return {std::move(entries_), std::move(errors_)};
  }

 private:
  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  [[nodiscard]] bool at_line_end() const {
    return at_end() || text_[position_] == '\n' || text_[position_] == '\r';
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

  void skip_blanks() {
    while (!at_line_end()) {
      const auto wide = wide_blank_at(rest());
      if (wide == 0 && !is_blank(text_[position_])) return;
      position_ += wide == 0 ? 1 : wide;
    }
  }

  void skip_line() {
    const auto end = text_.find_first_of("\r\n", position_);
    move_to(end == std::string_view::npos ? text_.size() : end);
    if (at_end()) return;
    move_to(position_ + (rest().starts_with("\r\n") ? 2 : 1));
  }

  // Keeps count of the lines that are passed over: LF, CR and CRLF each end one.
  void move_to(std::size_t target) {
    for (; position_ < target; ++position_) {
      const char c = text_[position_];
      const bool in_pair = c == '\r' && text_.substr(position_ + 1).starts_with('\n');
      if ((c == '\n' || c == '\r') && !in_pair) {
        ++line_;
        line_start_ = position_ + 1;
      }
    }
  }

  void complain(std::size_t at, std::string message, std::string hint, std::string_view name = {}) {
    Location where{.file = file_, .line = line_};
    where.column = static_cast<int>(at - line_start_) + 1;
    if (!name.empty()) {
      where.excerpt = std::string{name} + "=…";
      where.caret_column = 1;
      where.caret_width = static_cast<int>(name.size());
    }
    errors_.push_back(Error{.code = Code::env_file,
                            .message = std::move(message),
                            .hint = std::move(hint),
                            .location = std::move(where)});
  }

  void parse_line() {
    skip_blanks();
    if (at_line_end() || text_[position_] == '#') {
      refuse_odd_line_end(position_, {});
      skip_line();
      return;
    }
    skip_export();
    DotenvEntry entry;
    entry.line = line_;
    entry.column = static_cast<int>(position_ - line_start_) + 1;
    const auto name_start = position_;
    while (!at_end() && is_name_character(text_[position_])) ++position_;
    entry.name = text_.substr(name_start, position_ - name_start);
    if (!skip_assignment()) {
      complain(name_start, "not an assignment", "write NAME=value, or '#' before a comment");
      skip_line();
      return;
    }
    auto value = parse_value(entry);
    if (!value) return;
    entry.value = *std::move(value);
    add(std::move(entry));
  }

  // "export" is a keyword only with a blank and a name after it.
  void skip_export() {
    constexpr std::string_view keyword = "export";
    if (!rest().starts_with(keyword)) return;
    const auto start = position_;
    position_ += keyword.size();
    const auto after_keyword = position_;
    skip_blanks();
    const bool name_follows = !at_end() && is_name_character(text_[position_]);
    if (position_ == after_keyword || !name_follows) position_ = start;
  }

  // "=" with blanks around it, or ":" with a blank after it; the name must not be empty.
  bool skip_assignment() {
    if (position_ == line_start_ || !is_name_character(text_[position_ - 1])) return false;
    if (!at_end() && text_[position_] == ':') {
      ++position_;
      const auto after = position_;
      skip_blanks();
      return position_ != after;
    }
    skip_blanks();
    if (at_end() || text_[position_] != '=') return false;
    ++position_;
    skip_blanks();
    return true;
  }

  std::optional<Secret> parse_value(const DotenvEntry& entry) {
    if (at_line_end()) {
      skip_line();
      return Secret{};
    }
    const char first = text_[position_];
    if (first == '"' || first == '\'' || first == '`') return parse_quoted(entry, first);
    const auto start = position_;
    const bool refused = refuse_odd_line_end(start, entry.name);
    const auto end = text_.find_first_of("#\r\n", start);
    Secret value{trim(text_.substr(start, end == std::string_view::npos ? end : end - start))};
    skip_line();
    if (refused) return std::nullopt;
    return value;
  }

  // The last quote that may close the value: blanks and a comment are all that follows on its line.
  std::optional<Secret> parse_quoted(const DotenvEntry& entry, char quote) {
    const auto start = position_ + 1;
    std::optional<std::size_t> close;
    bool any_quote = false;
    for (auto at = text_.find(quote, start); at != std::string_view::npos;
         at = text_.find(quote, at + 1)) {
      any_quote = true;
      if (only_comment_follows(at + 1)) close = at;
      if (text_[at - 1] != '\\') break;
    }
    if (!close) {
      complain(
          position_, any_quote ? "text after the closing quote" : "a quote that is not closed",
          any_quote ? "use another kind of quote around the value: ', \" or `" : "close the quote",
          entry.name);
      skip_line();
      return std::nullopt;
    }
    auto value = unescape(text_.substr(start, *close - start), quote);
    move_to(*close + 1);
    const bool refused = refuse_odd_line_end(*close + 1, entry.name);
    skip_line();
    if (refused) return std::nullopt;
    return value;
  }

  [[nodiscard]] bool only_comment_follows(std::size_t at) const {
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '#' || c == '\r' || c == '\n') return true;
      const auto wide = wide_blank_at(text_.substr(at));
      if (wide == 0 && !is_blank(c)) return false;
      if (wide > 0) at += wide - 1;
    }
    return true;
  }

  // Line ends become LF everywhere; only \n and \r are escapes, and only in double quotes. First
  // all \n, then all \r, so "\\n" is a backslash and a line end, as there.
  static Secret unescape(std::string_view text, char quote) {
    SecretWriter value{text.size()};
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto pair = text.substr(i, 2);
      if (pair == "\r\n") continue;
      if (quote == '"' && (pair == "\\n" || pair == "\\r")) {
        value.append(pair[1] == 'n' ? '\n' : '\r');
        ++i;
      } else {
        value.append(text[i] == '\r' ? '\n' : text[i]);
      }
    }
    return value.take();
  }

  // What ends the line for npm's dotenv and for nobody else could hide an assignment in a comment.
  bool refuse_odd_line_end(std::size_t from, std::string_view name) {
    const auto end = text_.find_first_of("\r\n", from);
    const auto line = text_.substr(from, end == std::string_view::npos ? end : end - from);
    const bool found =
        std::any_of(std::begin(odd_line_ends), std::end(odd_line_ends),
                    [&](std::string_view odd) { return line.find(odd) != std::string_view::npos; });
    if (found) {
      complain(from, "a Unicode line or paragraph separator", "replace it by a line end", name);
    }
    return found;
  }

  void add(DotenvEntry entry) {
    const auto [known, is_new] = lines_.emplace(entry.name, entry.line);
    if (is_new) {
      entries_.push_back(std::move(entry));
      return;
    }
    Error error{.code = Code::env_file,
                .message = "the name stands twice, first in line " + std::to_string(known->second),
                .hint = "keep one of them"};
    error.location = Location{.file = file_,
                              .line = entry.line,
                              .column = entry.column,
                              .excerpt = entry.name + "=…",
                              .caret_column = 1,
                              .caret_width = static_cast<int>(entry.name.size())};
    errors_.push_back(std::move(error));
  }

  std::string file_;
  std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 1;
  std::size_t line_start_ = 0;
  std::vector<DotenvEntry> entries_;
  std::map<std::string, int, std::less<>> lines_;
  Errors errors_;
};

Error whole_file(std::string_view file, std::string message, std::string hint) {
  return Error{.code = Code::env_file,
               .message = std::move(message),
               .hint = std::move(hint),
               .location = Location{.file = std::string{file}}};
}

}  // namespace

DotenvReading read_dotenv(std::string_view file, std::string_view text) {
  if (text.size() > text_limit_bytes) {
    return {{}, {whole_file(file, "more than 1 MiB", "split the file")}};
  }
  if (text.find('\0') != std::string_view::npos) {
    return {
        {},
        {whole_file(file, "a NUL byte in it", "variables cannot hold one: use base64 and decode")}};
  }
  if (!is_utf8(text)) return {{}, {whole_file(file, "not UTF-8", "save the file as UTF-8")}};
  return Parser{file, text}.read();
}

Result<std::vector<DotenvEntry>> parse_dotenv(std::string_view file, std::string_view text) {
  DotenvReading reading = read_dotenv(file, text);
  if (!reading.problems.empty()) return std::move(reading.problems);
  return std::move(reading.entries);
}

}  // namespace kvlaunch
