// Key files, written and removed.
#include "devvault/arc_key_files.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "devvault/made_up.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault {
namespace {

constexpr std::size_t most_files = 16;
// As the agent's own: for root and the group himds.
constexpr mode_t file_mode = 0440;
constexpr mode_t directory_mode = 0750;

bool is_in_memory(const std::string& directory) {
  struct statfs status {};
  return statfs(directory.c_str(), &status) == 0 &&
         (status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC);
}

bool exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

kvlaunch::Error unusable(const std::string& directory, const std::string& why) {
  return kvlaunch::Error{
      .code = kvlaunch::Code::usage,
      .message = "platform azure-arc: " + directory + " " + why,
      .hint =
          "run devvault where that directory can be made in memory: unshare --map-root-user "
          "--mount sh -c 'mount -t tmpfs tmpfs /var/opt && exec devvault ...'"};
}

}  // namespace

ArcKeyFiles::~ArcKeyFiles() {
  for (const auto& [path, key] : files_) unlink(path.c_str());
  for (const std::string& directory : made_directories_) rmdir(directory.c_str());
}

kvlaunch::Result<void> ArcKeyFiles::prepare() {
  std::deque<std::string> missing;  // outermost first
  std::string there = directory_;
  while (!there.empty() && !exists(there)) {
    missing.push_front(there);
    there.resize(there.rfind('/'));
  }
  if (!is_in_memory(there.empty() ? "/" : there)) return unusable(directory_, "is not in memory");
  for (const std::string& directory : missing) {
    if (mkdir(directory.c_str(), directory_mode) != 0) {
      return unusable(directory_, "cannot be made");
    }
    made_directories_.push_front(directory);  // innermost first
  }
  if (access(directory_.c_str(), W_OK | X_OK) != 0) {
    return unusable(directory_, "cannot be written");
  }
  return {};
}

std::optional<std::string> ArcKeyFiles::issue() {
  const std::lock_guard lock{mutex_};
  const std::string path = directory_ + "/" + random_guid() + ".key";
  const std::string key = random_guid() + random_guid();
  const kvlaunch::Descriptor file{
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode)};
  if (!file.valid()) return std::nullopt;
  files_.emplace_back(path, key);
  if (write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    return std::nullopt;
  }
  if (files_.size() > most_files) {
    unlink(files_.front().first.c_str());
    files_.pop_front();
  }
  return path;
}

bool ArcKeyFiles::redeem(const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& file) { return file.second == key; });
  if (found == files_.end()) return false;
  unlink(found->first.c_str());
  files_.erase(found);
  return true;
}

}  // namespace devvault
