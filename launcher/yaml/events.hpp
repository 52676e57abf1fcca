// A parsed document as the flat list of what the parser met: anchors and aliases still as such.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "launcher/yaml/reader.hpp"

namespace kvlaunch::yaml {

struct Event {
  enum class Kind { null, scalar, alias, sequence, mapping };

  Kind kind = Kind::null;
  Mark mark;               // of the anchor or tag before it, if it has one
  std::size_t offset = 0;  // of the same place, in the source
  bool quoted = false;
  bool tagged = false;
  std::string text;
  std::size_t anchor = 0;  // 0: none; for an alias, the anchor it names
  std::size_t next = 0;    // index of the event after this node and all within it
};

// The events of the one document, or what keeps it from being read. An empty list: an empty
// document. Bounded by `limits` (depth, nodes) while it parses. Quoted scalars that end nowhere
// and second documents are errors here.
Result<std::vector<Event>> record_events(const Excerpts& excerpts, const Limits& limits);

}  // namespace kvlaunch::yaml
