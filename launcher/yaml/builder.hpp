// Events to a tree: aliases expanded within limits, mappings with unique plain keys.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "launcher/yaml/events.hpp"

namespace kvlaunch::yaml {

class TreeBuilder {
 public:
  TreeBuilder(const Excerpts& excerpts, const Limits& limits, const std::vector<Event>& events);
  // `events` must not be empty.
  Reading build();

 private:
  Node node(std::size_t index, int depth, std::string_view key);
  void fill_sequence(Node& result, std::size_t index, int depth);
  void fill_mapping(Node& result, std::size_t index, int depth);
  Node expanded(const Event& alias, int depth);
  bool is_key(const Event& event);
  // In braces YAML takes a lone text for a key. It is a slip and might be a secret: it is reported
  // and never shown.
  bool is_lone_text(const Event& key, const Event& value);
  // Does the null `value` of the key at index `key` stand in the text, as ~ or null?
  [[nodiscard]] bool is_written(const Event& value, std::size_t key) const;
  bool is_trap(const Event& event, std::string_view key);
  void add(Error error);
  void add(Code code, const Event& event, std::string message, std::string hint);
  [[nodiscard]] bool within_alias() const { return !expanding_.empty(); }

  const Excerpts& excerpts_;
  const Limits& limits_;
  const std::vector<Event>& events_;
  std::map<std::size_t, std::size_t> anchors_;  // anchor -> index of its event
  std::set<std::size_t> aliased_;               // anchors that some alias names
  std::vector<std::size_t> expanding_;          // indexes of the anchored nodes being copied
  std::size_t expanded_nodes_ = 0;
  std::size_t expanded_bytes_ = 0;
  bool expansion_stopped_ = false;
  Errors problems_;
};

}  // namespace kvlaunch::yaml
