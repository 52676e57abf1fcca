// One source line as messages show it: keys and structure, values as "…".
#include <algorithm>

#include "launcher/yaml/outline.hpp"
#include "launcher/yaml/reader.hpp"

namespace kvlaunch::yaml {
namespace {

constexpr std::string_view hidden = "…";
constexpr int longest_excerpt = 160;  // characters
constexpr int shown_before_caret = 60;
constexpr std::size_t longest_line = 1000;

std::string_view line_at(std::string_view text, std::size_t begin) {
  std::string_view line = text.substr(begin);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

int count_characters(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

// Characters [from, from + count) of `text`.
std::string characters(std::string_view text, int from, int count) {
  std::string kept;
  int seen = -1;
  for (const char c : text) {
    if (!is_continuation(c)) ++seen;
    if (seen >= from && seen < from + count) kept.push_back(c);
  }
  return kept;
}

struct Drawing {
  std::string text;
  int caret_column = 0;
  int caret_width = 1;
};

// `at` is the offset that the caret goes under; `width` in bytes, 0: to the end of the piece.
Drawing draw(std::string_view line, const std::vector<Piece>& pieces, std::size_t at,
             std::size_t width, Token token) {
  Drawing drawing;
  std::size_t done = 0;
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::Kind::comment) break;
    drawing.text.append(line.substr(done, piece.begin - done));  // blanks
    done = piece.end;
    const bool here = drawing.caret_column == 0 && at < piece.end;
    const bool hide = piece.kind == Piece::Kind::value && (!here || token == Token::hidden);
    if (here) {
      const std::size_t offset = hide || at < piece.begin ? 0 : at - piece.begin;
      const std::size_t left = piece.end - piece.begin - offset;
      const std::string_view marked =
          line.substr(piece.begin + offset, width == 0 ? left : std::min(width, left));
      drawing.caret_column =
          count_characters(drawing.text) + count_characters(line.substr(piece.begin, offset)) + 1;
      drawing.caret_width = hide ? 1 : std::max(1, count_characters(marked));
    }
    drawing.text.append(hide ? hidden : line.substr(piece.begin, piece.end - piece.begin));
  }
  if (drawing.caret_column == 0) drawing.caret_column = count_characters(drawing.text) + 1;
  // One column each, whatever the terminal's tab stops are.
  std::replace(drawing.text.begin(), drawing.text.end(), '\t', ' ');
  return drawing;
}

void shorten(Drawing& drawing) {
  const int length = count_characters(drawing.text);
  if (length <= longest_excerpt) return;
  const int from = std::max(0, drawing.caret_column - 1 - shown_before_caret);
  std::string window = characters(drawing.text, from, longest_excerpt - 2);
  const bool cut_behind = from + longest_excerpt - 2 < length;
  if (from > 0) {
    window.insert(0, hidden);
    drawing.caret_column += 1 - from;
  }
  if (cut_behind) window.append(hidden);
  const int room = count_characters(window) - drawing.caret_column + 1;
  drawing.caret_width = std::clamp(drawing.caret_width, 1, std::max(1, room));
  drawing.text = std::move(window);
}

}  // namespace

Excerpts::Excerpts(const Source& source) : source_(source) {
  const std::string_view text = source.text;
  Outline outline;
  for (std::size_t begin = 0; begin <= text.size();) {
    lines_.push_back(Line{static_cast<std::uint32_t>(begin), outline.state()});
    outline.skip(line_at(text, begin));
    const std::size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) break;
    begin = newline + 1;
  }
}

Location Excerpts::at(Mark mark, int width, Token token) const {
  Location location{.file = source_.file, .line = mark.line, .column = mark.column};
  if (mark.line < 1 || static_cast<std::size_t>(mark.line) > lines_.size()) return location;
  const Line& entry = lines_[static_cast<std::size_t>(mark.line) - 1];
  const std::string_view line = line_at(source_.text, entry.begin);
  if (line.size() > longest_line) return location;
  Drawing drawing = draw(line, Outline{entry.before}.next(line),
                         static_cast<std::size_t>(std::max(0, mark.column - 1)),
                         static_cast<std::size_t>(std::max(0, width)), token);
  shorten(drawing);
  if (drawing.text.empty()) return location;
  location.excerpt = std::move(drawing.text);
  location.caret_column = drawing.caret_column;
  location.caret_width = drawing.caret_width;
  return location;
}

}  // namespace kvlaunch::yaml
