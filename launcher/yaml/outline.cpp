// A line lexer for excerpts.
#include "launcher/yaml/outline.hpp"

#include <utility>

namespace kvlaunch::yaml {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool is_flow(char c) {
  return c == '[' || c == ']' || c == '{' || c == '}' || c == ',';
}

}  // namespace

std::vector<Piece> Outline::next(std::string_view line) {
  wanted_ = true;
  pieces_.clear();
  read(line);
  return std::move(pieces_);
}

void Outline::skip(std::string_view line) {
  wanted_ = false;
  read(line);
}

void Outline::read(std::string_view line) {
  line_ = line;
  at_ = 0;
  key_seen_ = node_seen_ = false;
  node_column_ = 0;
  if (continue_block_scalar()) return;
  if (state_.open_quote != 0) continue_quoted();
  while (true) {
    while (!at_end() && is_blank(line_[at_])) ++at_;
    if (at_end()) return;
    take_next();
  }
}

void Outline::add(Piece::Kind kind, std::size_t begin, std::size_t end) {
  if (wanted_ && begin < end) pieces_.push_back(Piece{kind, begin, end});
}

bool Outline::blank_or_end(std::size_t offset) const {
  return offset >= line_.size() || is_blank(line_[offset]);
}

bool Outline::ends_key(std::size_t colon) const {
  return line_[colon] == ':' &&
         (blank_or_end(colon + 1) || (in_flow() && is_flow(line_[colon + 1])));
}

bool Outline::continue_block_scalar() {
  if (!state_.in_block_scalar) return false;
  std::size_t indent = 0;
  while (indent < line_.size() && line_[indent] == ' ') ++indent;
  if (blank_or_end(indent) || state_.block_at_top || indent > state_.block_parent) {
    add(Piece::Kind::value, indent, line_.size());
    return true;
  }
  state_.in_block_scalar = false;
  return false;
}

std::size_t Outline::closing_quote(std::size_t from) const {
  for (std::size_t i = from; i < line_.size(); ++i) {
    if (state_.open_quote == '"' && line_[i] == '\\') {
      ++i;
    } else if (line_[i] == state_.open_quote) {
      if (state_.open_quote != '\'' || i + 1 >= line_.size() || line_[i + 1] != '\'') return i;
      ++i;
    }
  }
  return line_.size();
}

void Outline::continue_quoted() {
  const std::size_t close = closing_quote(0);
  at_ = close < line_.size() ? close + 1 : close;
  if (close < line_.size()) state_.open_quote = 0;
  add(Piece::Kind::value, 0, at_);
}

void Outline::take_next() {
  const char c = line_[at_];
  if (c == '#' && (at_ == 0 || is_blank(line_[at_ - 1]))) {
    add(Piece::Kind::comment, at_, line_.size());
    at_ = line_.size();
  } else if (c == '"' || c == '\'') {
    take_quoted();
  } else if (c == '[' || c == '{' || (in_flow() && is_flow(c)) || ends_key(at_) ||
             (!in_flow() && !key_seen_ && (c == '-' || c == '?') && blank_or_end(at_ + 1))) {
    take_structure();
  } else if (!in_flow() && (c == '|' || c == '>')) {
    take_block_scalar_header();
  } else {
    take_plain();
  }
}

void Outline::take_structure() {
  const char c = line_[at_];
  if (c == '[' || c == '{') ++state_.flow_depth;
  if ((c == ']' || c == '}') && in_flow()) --state_.flow_depth;
  // A key needs a comma or a bracket before it. Without this a value behind which the comma was
  // forgotten would pass for the next key and show.
  if (is_flow(c)) state_.flow_key_seen = c == ']' || c == '}';
  if (c == '-' || c == '?') {
    node_column_ = at_;
    node_seen_ = true;
  }
  add(Piece::Kind::structure, at_, at_ + 1);
  ++at_;
}

void Outline::take_block_scalar_header() {
  state_.in_block_scalar = true;
  state_.block_parent = static_cast<std::uint32_t>(node_column_);
  state_.block_at_top = !node_seen_;
  add(Piece::Kind::structure, at_, at_ + 1);
  at_ = line_.size();  // what follows is an indicator or a comment
}

bool Outline::may_be_key() const {
  // After the key of a block mapping the rest of the line is one value, whatever colons it holds.
  return in_flow() ? !state_.flow_key_seen : !key_seen_;
}

void Outline::note_key(std::size_t begin) {
  if (in_flow()) {
    state_.flow_key_seen = true;
    return;
  }
  key_seen_ = node_seen_ = true;
  node_column_ = begin;
}

void Outline::take_quoted() {
  const std::size_t begin = at_;
  state_.open_quote = line_[at_];
  const std::size_t close = closing_quote(at_ + 1);
  const bool closed = close < line_.size();
  at_ = closed ? close + 1 : close;
  if (closed) state_.open_quote = 0;
  std::size_t colon = at_;
  while (colon < line_.size() && is_blank(line_[colon])) ++colon;
  const bool is_key = closed && colon < line_.size() && line_[colon] == ':' && may_be_key();
  if (is_key) note_key(begin);
  add(is_key ? Piece::Kind::key : Piece::Kind::value, begin, at_);
}

void Outline::take_plain() {
  const std::size_t begin = at_;
  std::size_t end = begin;  // without trailing blanks
  bool is_key = false;
  for (; !at_end(); ++at_) {
    const char c = line_[at_];
    if (in_flow() && is_flow(c)) break;
    if (c == '#' && at_ > begin && is_blank(line_[at_ - 1])) break;
    if (may_be_key() && ends_key(at_)) {
      is_key = true;
      break;
    }
    if (!is_blank(c)) end = at_ + 1;
  }
  if (end == begin) {  // a lone closing bracket or comma outside brackets
    end = at_ = begin + 1;
  }
  if (is_key) note_key(begin);
  // "PASSWORD=a: b": a line of another kind of file.
  const bool assigns = line_.substr(begin, end - begin).find('=') != std::string_view::npos;
  add(is_key && !assigns ? Piece::Kind::key : Piece::Kind::value, begin, end);
}

}  // namespace kvlaunch::yaml
