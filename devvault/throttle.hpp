// At most so many requests to one vault in any 10 seconds, as Key Vault limits them.
//
// Source: azure-security-docs key-vault/general/overview-throttling.md: limits are per vault and
// 10 s, and requests that are refused do not count against them.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "launcher/base/clock.hpp"

namespace devvault {

// Thread-safe.
class Throttle {
 public:
  // `limit` 0: none.
  explicit Throttle(int limit) : limit_(limit) {}

  // False: this request is one too many.
  bool admit(const std::string& vault_host, kvlaunch::SteadyTime now);

 private:
  int limit_;
  std::mutex mutex_;
  std::map<std::string, std::deque<kvlaunch::SteadyTime>> admitted_;  // guarded by mutex_
};

}  // namespace devvault
