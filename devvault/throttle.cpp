// Counting requests in a window that slides.
#include "devvault/throttle.hpp"

namespace devvault {
namespace {

constexpr std::chrono::seconds window{10};

}  // namespace

bool Throttle::admit(const std::string& vault_host, kvlaunch::SteadyTime now) {
  if (limit_ == 0) return true;
  const std::lock_guard lock{mutex_};
  auto& times = admitted_[vault_host];
  while (!times.empty() && now - times.front() >= window) times.pop_front();
  if (times.size() >= static_cast<std::size_t>(limit_)) return false;
  times.push_back(now);
  return true;
}

}  // namespace devvault
