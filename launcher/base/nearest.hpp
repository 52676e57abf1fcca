// "Did you mean": the known word that a mistyped one is nearest to.
#pragma once

#include <string_view>
#include <vector>

namespace kvlaunch {

// The nearest of `candidates` by edit distance, if it is near enough to suggest; else empty. Case
// does not count.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace kvlaunch
