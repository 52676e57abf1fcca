// Handing connections from those who have opened or used them to those who need one.
#include "launcher/network/pool.hpp"

#include <algorithm>
#include <utility>

namespace kvlaunch::network {
namespace {

constexpr std::size_t max_per_key = 32;

}  // namespace

Result<std::unique_ptr<Connection>> Pool::take(const std::string& key, const Patience& patience) {
  std::unique_lock lock{mutex_};
  auto& place = places_[key];  // stays where it is: nothing is ever erased from the map
  while (true) {
    while (!place.idle.empty()) {
      auto connection = std::move(place.idle.back());
      place.idle.pop_back();
      if (connection->looks_alive()) return connection;
    }
    if (place.waiting >= place.opening) return std::unique_ptr<Connection>{};
    ++place.waiting;
    const auto worth_a_look = [&] {
      return !place.idle.empty() || !place.failures.empty() || place.opening < place.waiting ||
             patience.stop.raised();
    };
    const bool woken = changed_.wait_until(lock, patience.deadline.at(), worth_a_look);
    --place.waiting;
    if (place.idle.empty() && !place.failures.empty()) {
      auto failure = std::move(place.failures.back());
      place.failures.pop_back();
      return failure;
    }
    // One who leaves must not leave a failure behind for somebody who comes later.
    place.failures.resize(std::min(place.failures.size(), place.waiting));
    if (!woken || patience.stop.raised()) return out_of_time("waiting for a connection");
  }
}

void Pool::give_back(const std::string& key, std::unique_ptr<Connection> connection) {
  const std::lock_guard lock{mutex_};
  auto& place = places_[key];
  if (place.idle.size() >= max_per_key) return;
  place.idle.push_back(std::move(connection));
  changed_.notify_all();
}

std::size_t Pool::begin_opening(const std::string& key, std::size_t wanted) {
  const std::lock_guard lock{mutex_};
  auto& place = places_[key];
  const auto present = place.idle.size() + place.opening;
  const auto limit = std::min(wanted, max_per_key);
  const auto missing = limit > present ? limit - present : 0;
  place.opening += missing;
  // Here, so that finish_opening() needs no memory.
  place.idle.reserve(max_per_key);
  place.failures.reserve(max_per_key);
  return missing;
}

void Pool::finish_opening(const std::string& key, Result<std::unique_ptr<Connection>> opened) {
  const std::lock_guard lock{mutex_};
  auto& place = places_[key];
  --place.opening;
  if (opened) {
    place.idle.push_back(std::move(*opened));
  } else if (place.failures.size() < place.waiting) {
    place.failures.push_back(std::move(opened).errors());
  }
  changed_.notify_all();
}

void Pool::wake_all() {
  const std::lock_guard lock{mutex_};
  changed_.notify_all();
}

}  // namespace kvlaunch::network
