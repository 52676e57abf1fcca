// Every key a manifest may hold: the closed list that the parser, its suggestions and
// docs/manifest.md (a test compares them) are made from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kvlaunch {

struct KeyRow {
  enum class Availability { now, later };  // later: known, and answered with "not yet"

  std::string_view place;  // "top", "options", "env.X", ...: as in docs/manifest.md
  std::string_view key;
  std::string_view type;
  std::string_view fallback;  // what counts when it is left out; empty: nothing
  Availability availability = Availability::now;
};

std::span<const KeyRow> manifest_keys();

// The row, or nullptr.
const KeyRow* find_key(std::string_view place, std::string_view key);
std::vector<std::string_view> keys_of(std::string_view place);

// What to write instead of `key`, which `place` does not have: the key meant by other systems'
// names, the same word in another spelling, the nearest one, or where it belongs. May be empty.
std::string hint_for_unknown_key(std::string_view place, std::string_view key);

}  // namespace kvlaunch
