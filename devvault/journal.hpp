// What clients asked, in order: one JSON line a request, without values, tokens or bodies.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "launcher/base/descriptor.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

struct JournalEntry {
  WallTime time;
  std::uint64_t connection = 0;  // counts from 1 in the order of arrival
  const Request* request = nullptr;
  int status = 0;        // 0: the connection was reset instead
  std::string fault;     // name of the rule that fired
  std::string identity;  // by the token or the client id; empty if it cannot be told
};

// Query values are left out but for api-version; of headers and bodies nothing is kept.
std::string journal_line(const JournalEntry& entry);

// Thread-safe. Keeps the last 10,000 lines.
class Journal {
 public:
  Journal() = default;

  // Lines are appended to `path` too, as they come; a new file is readable by its owner only. The
  // first line that cannot be written is reported on standard error.
  kvlaunch::Result<void> open(const std::string& path);
  void add(const JournalEntry& entry);
  [[nodiscard]] std::string text() const;
  void clear();  // what is kept here; a file stays as it is

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;  // guarded by mutex_
  kvlaunch::Descriptor file_;
  std::string path_;   // of file_
  bool said_ = false;  // that lines are missing; guarded by mutex_
};

}  // namespace devvault
