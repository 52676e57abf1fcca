// Connections that are open already, or about to be, by where they lead.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "launcher/network/connection.hpp"

namespace kvlaunch::network {

// `key` is Route::key(). Thread-safe.
class Pool {
 public:
  // The idle connection used last that still looks alive: the warmest, and the others may be
  // closed by the server meanwhile. If there is none, waits for one that is being opened and that
  // nobody else waits for. Null: there is neither, the caller opens one.
  // Errors: why the opening failed for which this caller waited; Code::deadline.
  Result<std::unique_ptr<Connection>> take(const std::string& key, const Patience& patience);
  // Takes back a connection whose last response was read whole. Beyond 32 per key it is closed.
  void give_back(const std::string& key, std::unique_ptr<Connection> connection);

  // How many openings make `wanted` connections out of those that are idle or being opened; the
  // caller begins them now, and reports each with finish_opening().
  std::size_t begin_opening(const std::string& key, std::size_t wanted);
  void finish_opening(const std::string& key, Result<std::unique_ptr<Connection>> opened);

  // Wakes take(); the stop signal has been raised.
  void wake_all();

 private:
  struct Place {
    std::vector<std::unique_ptr<Connection>> idle;  // the last one was used last
    std::size_t opening = 0;
    std::size_t waiting = 0;
    std::vector<Errors> failures;  // of openings, one for each waiting caller at most
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Place> places_;  // guarded by mutex_
};

}  // namespace kvlaunch::network
