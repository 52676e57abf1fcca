// Finding a helper that nobody else can have put there (security rule 5).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include "launcher/base/foreign_writers.hpp"
#include "launcher/process/command_runner.hpp"
#include "launcher/process/owner.hpp"

namespace kvlaunch {
namespace {

constexpr int max_links = 40;  // MAXSYMLINKS, linux/namei.h

// Why somebody else could have put something at `path`; empty if nobody could. Mounts count for
// nothing here: what stands on a read-only one was put there by somebody too.
std::string objection(const std::string& path, const struct stat& status, const Owner& owner) {
  const ForeignWriters writers = foreign_writers(
      FileStatus{.owner = status.st_uid, .group = status.st_gid, .mode = status.st_mode}, owner);
  if (writers.owner) return path + " belongs to another user";
  if (writers.everybody) return path + " is writable by others";
  if (writers.group) return path + " is writable by its group";
  return {};
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved{::realpath(path.c_str(), nullptr),
                                                             &std::free};
  return resolved ? std::string{resolved.get()} : std::string{};
}

// Follows `path` link by link to the program. Empty: trusted. Otherwise why not.
std::string distrust(std::string path, const Owner& owner) {
  for (int link = 0; link <= max_links; ++link) {
    const std::size_t slash = path.rfind('/');
    const std::string directory = real_path(path.substr(0, slash == 0 ? 1 : slash));
    struct stat status {};
    if (directory.empty() || ::stat(directory.c_str(), &status) != 0) {
      return system_error("cannot look at", path, errno).message;
    }
    if (std::string why = objection(directory, status, owner); !why.empty()) return why;

    const std::string entry = directory + path.substr(slash);
    if (::lstat(entry.c_str(), &status) != 0) {
      return system_error("cannot look at", entry, errno).message;
    }
    if (!S_ISLNK(status.st_mode)) {
      if (!S_ISREG(status.st_mode)) return entry + " is not a file";
      return objection(entry, status, owner);
    }
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlink(entry.c_str(), target.data(), target.size());
    if (length <= 0) return system_error("cannot look at", entry, errno).message;
    const std::string next{target.data(), static_cast<std::size_t>(length)};
    path = next.front() == '/' ? next : directory + "/" + next;
  }
  return path + " leads through too many links";
}

}  // namespace

Result<std::string> SystemCommandRunner::find(const std::string& name,
                                              const std::vector<std::string>& directories) {
  Error error{.code = Code::target_not_found, .message = name + " was not found"};
  if (name.empty() || name.find('/') != std::string::npos) return error;
  const Owner owner = current_owner();
  for (const std::string& directory : directories) {
    if (!directory.starts_with('/')) {
      if (!directory.empty()) error.notes.push_back("skipped " + directory + ": not absolute");
      continue;
    }
    std::string candidate = directory + "/" + name;
    struct stat status {};
    if (::stat(candidate.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (::faccessat(AT_FDCWD, candidate.c_str(), X_OK, AT_EACCESS) != 0) {
      error.notes.push_back("skipped " + candidate + ": not executable");
      continue;
    }
    const std::string why = distrust(candidate, owner);
    if (why.empty()) return candidate;
    error.notes.push_back("skipped " + candidate + ": " + why);
    error.message = name + " was found, but not where only root or this user can write";
    error.hint = "chown and chmod go-w what the notes name, or install " + name + " elsewhere";
  }
  return error;
}

}  // namespace kvlaunch
