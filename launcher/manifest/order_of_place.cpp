// Sorting, and leaving out what is said twice.
#include "launcher/manifest/order_of_place.hpp"

#include <algorithm>
#include <utility>

namespace kvlaunch {

Errors in_order_of_place(Errors problems, const std::vector<std::string>& files) {
  const auto rank = [&](const Error& error) {
    if (!error.location) return files.size() + 1;
    const std::string& file = error.location->file;
    const std::string name = file == "standard input" ? "-" : file;
    return static_cast<std::size_t>(std::find(files.begin(), files.end(), name) - files.begin());
  };
  std::stable_sort(problems.begin(), problems.end(), [&](const Error& left, const Error& right) {
    const std::size_t left_rank = rank(left);
    const std::size_t right_rank = rank(right);
    if (left_rank != right_rank || !left.location || !right.location) {
      return left_rank < right_rank;
    }
    return std::pair{left.location->line, left.location->column} <
           std::pair{right.location->line, right.location->column};
  });
  // A draft that stands alone is judged when it is read and again when it is merged.
  const auto same = [](const Error& left, const Error& right) {
    return left.code == right.code && left.message == right.message && left.location &&
           right.location && left.location->file == right.location->file &&
           left.location->line == right.location->line &&
           left.location->column == right.location->column;
  };
  problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
  return problems;
}

}  // namespace kvlaunch
