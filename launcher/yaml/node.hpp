// A YAML document as plain data with positions; yaml-cpp stays inside yaml/events.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvlaunch::yaml {

// Lines and columns count from 1, columns in bytes.
struct Mark {
  int line = 0;
  int column = 0;
};

struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  struct Entry;

  Kind kind = Kind::null;
  Mark mark;
  bool quoted = false;    // scalar in quotes or a block: never null, never a trap of plain style
  bool reported = false;  // a problem with it is known already: expect nothing of it, say no more
  std::string
      text;  // scalar: as written, unescaped; plain null ("~", "null", nothing) is Kind::null
  std::vector<Node> items;     // sequence
  std::vector<Entry> entries;  // mapping, in the order of the file, keys unique

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  // The entry's value, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Node::Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

// "a mapping", "a list", "text", "nothing": for messages.
std::string_view describe(Node::Kind kind);

}  // namespace kvlaunch::yaml
