// The steps of reading: bytes, events, tree.
#include "launcher/yaml/reader.hpp"

#include "launcher/yaml/builder.hpp"
#include "launcher/yaml/bytes.hpp"
#include "launcher/yaml/events.hpp"

namespace kvlaunch::yaml {

Reading read_with_problems(const Source& source, const Limits& limits) {
  Reading reading;
  if (auto problem = problem_with_bytes(source, limits)) {
    reading.problems.push_back(*std::move(problem));
    return reading;
  }
  const Excerpts excerpts{source};
  auto events = record_events(excerpts, limits);
  if (!events) {
    reading.problems = std::move(events).errors();
    return reading;
  }
  if (events->empty()) {
    reading.root = Node{.kind = Node::Kind::null, .mark = Mark{.line = 1, .column = 1}};
    return reading;
  }
  return TreeBuilder{excerpts, limits, *events}.build();
}

Result<Node> read(const Source& source, const Limits& limits) {
  Reading reading = read_with_problems(source, limits);
  if (!reading.problems.empty()) return std::move(reading.problems);
  return *std::move(reading.root);
}

}  // namespace kvlaunch::yaml
