// What each part of a source line is - structure, key, value or comment - so that excerpts can hide
// values. Forgiving: it works on text that is no valid YAML, and takes for a value what it doubts.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace kvlaunch::yaml {

struct Piece {
  enum class Kind { structure, key, value, comment };
  Kind kind = Kind::structure;
  std::size_t begin = 0;  // offsets within the line
  std::size_t end = 0;
};

// Takes a text line by line, from its first: whether a line stands within a quoted text, a block
// scalar or brackets depends on those before it.
class Outline {
 public:
  // `line` without its line end. Blanks between pieces belong to none.
  std::vector<Piece> next(std::string_view line);

 private:
  void take_block_scalar_header(std::size_t node_column);
  bool continue_block_scalar();
  void continue_quoted();
  void take_structure();
  void take_quoted();
  void take_plain();
  void take_next();
  void add(Piece::Kind kind, std::size_t begin, std::size_t end);
  [[nodiscard]] bool at_end() const { return at_ >= line_.size(); }
  [[nodiscard]] bool ends_key(std::size_t colon) const;
  [[nodiscard]] bool blank_or_end(std::size_t offset) const;
  [[nodiscard]] bool in_flow() const { return flow_depth_ > 0; }
  [[nodiscard]] std::size_t closing_quote(std::size_t from) const;

  // Carried from line to line.
  char open_quote_ = 0;
  std::size_t flow_depth_ = 0;
  bool in_block_scalar_ = false;
  std::size_t block_parent_ = 0;  // lines indented deeper than this column belong to it
  bool block_at_top_ = false;     // its parent is the document: every line belongs to it

  // Of the line at hand.
  std::string_view line_;
  std::size_t at_ = 0;
  bool key_seen_ = false;
  std::size_t node_column_ = 0;
  bool node_seen_ = false;
  std::vector<Piece> pieces_;
};

}  // namespace kvlaunch::yaml
