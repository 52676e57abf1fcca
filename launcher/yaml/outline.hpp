// What each part of a source line is - structure, key, value or comment - so that excerpts can hide
// values. Forgiving: it works on text that is no valid YAML, and takes for a value what it doubts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kvlaunch::yaml {

struct Piece {
  enum class Kind { structure, key, value, comment };
  Kind kind = Kind::structure;
  std::size_t begin = 0;  // offsets within the line
  std::size_t end = 0;
};

// What a line leaves open for the next one.
struct OutlineState {
  std::uint32_t flow_depth = 0;    // brackets
  std::uint32_t block_parent = 0;  // column: deeper lines belong to the block scalar
  char open_quote = 0;
  bool in_block_scalar = false;
  bool block_at_top = false;   // its parent is the document: every line belongs to it
  bool flow_key_seen = false;  // within brackets: no other key before the next comma
};

// Takes a text line by line; a line's meaning depends on the state that the lines above it left.
class Outline {
 public:
  explicit Outline(OutlineState state = {}) : state_(state) {}
  // `line` without its line end. Blanks between pieces belong to none.
  std::vector<Piece> next(std::string_view line);
  // The same for a line whose pieces nobody wants.
  void skip(std::string_view line);
  [[nodiscard]] OutlineState state() const { return state_; }

 private:
  void read(std::string_view line);
  void take_block_scalar_header();
  bool continue_block_scalar();
  void continue_quoted();
  void take_structure();
  void take_quoted();
  void take_plain();
  void take_next();
  void note_key(std::size_t begin);
  [[nodiscard]] bool may_be_key() const;
  void add(Piece::Kind kind, std::size_t begin, std::size_t end);
  [[nodiscard]] bool at_end() const { return at_ >= line_.size(); }
  [[nodiscard]] bool ends_key(std::size_t colon) const;
  [[nodiscard]] bool blank_or_end(std::size_t offset) const;
  [[nodiscard]] bool in_flow() const { return state_.flow_depth > 0; }
  [[nodiscard]] std::size_t closing_quote(std::size_t from) const;

  OutlineState state_;
  // Of the line at hand.
  std::string_view line_;
  std::size_t at_ = 0;
  bool key_seen_ = false;
  std::size_t node_column_ = 0;
  bool node_seen_ = false;
  bool wanted_ = true;
  std::vector<Piece> pieces_;
};

}  // namespace kvlaunch::yaml
