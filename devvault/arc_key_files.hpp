// The files by which Azure Arc's agent recognises who may have tokens: one for each challenge, in a
// directory that clients take from nobody.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "launcher/base/result.hpp"

namespace devvault {

// Every client insists on it (MSAL azure_arc.go).
inline constexpr std::string_view arc_key_directory = "/var/opt/azcmagent/tokens";

// Thread-safe.
class ArcKeyFiles {
 public:
  // Touches nothing yet.
  explicit ArcKeyFiles(std::string directory = std::string{arc_key_directory})
      : directory_(std::move(directory)) {}
  // Removes the files that are left, and the directories that prepare() made.
  ~ArcKeyFiles();
  ArcKeyFiles(const ArcKeyFiles&) = delete;
  ArcKeyFiles& operator=(const ArcKeyFiles&) = delete;

  // Makes the directory, or says why it cannot be used. Only one in memory (tmpfs) can: on a disk
  // it would be a real agent's, or outlive devvault.
  kvlaunch::Result<void> prepare();

  // The path of a new file with a key in it; nothing if it cannot be written. The oldest of more
  // than 16 goes.
  std::optional<std::string> issue();
  // Is this the key of one of the files? Each is good once: its file goes with it.
  bool redeem(const std::string& key);

 private:
  std::string directory_;
  std::deque<std::string> made_directories_;
  std::mutex mutex_;
  std::deque<std::pair<std::string, std::string>> files_;  // path, key; guarded by mutex_
};

}  // namespace devvault
