// Edit distance over short words.
#include "launcher/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t longest_word = 64;  // nobody mistypes more, and the cost is quadratic

// Insertions, deletions, replacements and swaps of neighbours count one each.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_last(right.size() + 1);
  std::vector<std::size_t> last(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[right.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > longest_word) return {};
  const std::string lower = to_lower(word);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_word) continue;
    const std::size_t found = distance(lower, to_lower(candidate));
    if (found >= best_distance || found >= candidate.size()) continue;
    best = candidate;
    best_distance = found;
  }
  return best;
}

}  // namespace kvlaunch
