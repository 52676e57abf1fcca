// From each key to the next one.
#include "launcher/manifest/env_spans.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace kvlaunch {

EnvSpans::EnvSpans(const yaml::Node& root) {
  constexpr int behind_all = std::numeric_limits<int>::max();
  add(root, {.line = behind_all, .column = 1});
}

void EnvSpans::add(const yaml::Node& layer, yaml::Mark end) {
  const auto& entries = layer.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const yaml::Mark behind = i + 1 < entries.size() ? entries[i + 1].key_mark : end;
    if (entries[i].key == "env" || entries[i].key == "env-from") {
      spans_.push_back({entries[i].key_mark, behind});
    } else if (entries[i].key == "profiles") {
      const auto& profiles = entries[i].value.entries;
      for (std::size_t j = 0; j < profiles.size(); ++j) {
        add(profiles[j].value, j + 1 < profiles.size() ? profiles[j + 1].key_mark : behind);
      }
    }
  }
}

bool EnvSpans::cover(const Location& place) const {
  const std::pair at{place.line, place.column};
  return std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) {
    return std::pair{span.begin.line, span.begin.column} < at &&
           at < std::pair{span.end.line, span.end.column};
  });
}

}  // namespace kvlaunch
