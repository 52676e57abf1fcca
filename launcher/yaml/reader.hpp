// Text to nodes: every limit is checked before or while parsing, every error has its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/result.hpp"
#include "launcher/yaml/node.hpp"
#include "launcher/yaml/outline.hpp"

namespace kvlaunch::yaml {

// The text of one file, kept for error excerpts. The bytes of a manifest are no secret by rule
// (secrets in it are an error), but excerpts are redacted all the same: see Excerpts.
struct Source {
  std::string file;  // as shown in messages
  std::string text;  // without byte order mark: see without_bom
};

// `bytes` without the UTF-8 byte order mark that some editors write.
std::string_view without_bom(std::string_view bytes);

struct Limits {
  std::size_t bytes = 1024 * 1024;
  int depth = 64;
  std::size_t expanded_nodes = 10'000;  // what anchors may expand to, over the whole document
  std::size_t nodes = 100'000;          // written out, keys included: bounds memory, not use
  std::size_t errors = 50;              // more are not collected
};

// A document with what is wrong in it, so that its readers can add what else is wrong.
struct Reading {
  std::optional<Node> root;  // absent when the text could not be parsed to its end
  Errors problems;           // the nodes they are about have `reported` set
};

// Checks UTF-8, NUL and control characters, size and depth on the bytes; then parses one document.
// Refuses: tags, merge keys, anchor cycles, more than `expanded_nodes` through aliases, duplicate
// keys (naming both lines), complex keys, several documents. Recognises the traps that yaml-cpp
// takes silently (design: a value that starts with {{, {%, @ or a backtick; "kv:NAME #/pointer")
// and answers each with a hint of its own. Bounded: a hostile file ends within a second.
// All problems that can be found in one pass are returned together.
Result<Node> read(const Source& source, const Limits& limits = {});
// The same for callers that go on after a problem.
Reading read_with_problems(const Source& source, const Limits& limits = {});

// May the token that a message is about be shown?
enum class Token { shown, hidden };

// Source lines as messages show them. Every scalar value except the one that a message is about is
// replaced by "…" and comments are left out; Token::hidden replaces that one too (keys always
// show). Lines within a block scalar or a quoted text are values as a whole. An excerpt is at most
// 160 characters long; lines over 1,000 bytes have none, which bounds the cost of one location.
// Immutable; `source` must outlive it.
class Excerpts {
 public:
  explicit Excerpts(const Source& source);
  // `width` is that of the token in bytes; 0: to its end. caret_column and caret_width of the
  // result count characters of the excerpt.
  [[nodiscard]] Location at(Mark mark, int width, Token token) const;
  [[nodiscard]] const Source& source() const { return source_; }

 private:
  struct Line {
    std::uint32_t begin = 0;
    OutlineState before;  // what the lines above it leave open
  };
  const Source& source_;
  std::vector<Line> lines_;
};

}  // namespace kvlaunch::yaml
