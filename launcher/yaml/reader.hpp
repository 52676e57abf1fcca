// Text to nodes: every limit is checked before or while parsing, every error has its place.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/result.hpp"
#include "launcher/yaml/node.hpp"

namespace kvlaunch::yaml {

// The text of one file, kept for error excerpts. The bytes of a manifest are no secret by rule
// (secrets in it are an error), but excerpts are redacted all the same: see excerpt_at.
struct Source {
  std::string file;  // as shown in messages
  std::string text;
};

struct Limits {
  std::size_t bytes = 1024 * 1024;
  int depth = 64;
  std::size_t expanded_nodes = 10'000;  // what anchors may expand to, over the whole document
};

// Checks UTF-8, NUL and control characters, size and depth on the bytes; then parses one document.
// Refuses: tags, merge keys, anchor cycles, more than `expanded_nodes` through aliases, duplicate
// keys (naming both lines), complex keys, several documents. Recognises the traps that yaml-cpp
// takes silently (design: a value that starts with {{, {%, @ or a backtick; "kv:NAME #/pointer")
// and answers each with a hint of its own. Bounded: a hostile file ends within a second.
// All problems that can be found in one pass are returned together.
Result<Node> read(const Source& source, const Limits& limits = {});

// A location for messages about `mark`. The source line is shown with every scalar value except
// the one at `mark` replaced by "…"; `show_token` false hides that one too (keys always show).
Location location_of(const Source& source, Mark mark, int width, bool show_token);

// The nearest of `candidates` by edit distance, if it is near enough to suggest; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace kvlaunch::yaml
