// open, look, then read: in that order, so that the judgement is about the bytes that are read.
#include "launcher/process/system_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch {
namespace {

// A ConfigMap's links may be swapped between opening the file and finding its directory.
constexpr int max_attempts = 3;

Error unreadable(int error_number) {
  Error error = system_error("cannot be", "read", error_number, Code::manifest_unreadable);
  if (error_number == EACCES) error.hint = "check the permissions of the file and its directories";
  if (error_number == ENOENT) error.hint = "check the path";
  return error;
}

std::optional<Error> unsuitable(const struct stat& status) {
  if (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) return std::nullopt;
  Error error{.code = Code::manifest_unreadable};
  if (S_ISDIR(status.st_mode)) {
    error.message = "cannot be read: it is a directory";
    error.hint = "name the file inside it";
  } else {
    error.message = "cannot be read: it is neither a file nor a pipe";
    error.hint = "name a regular file, or a pipe";
  }
  return error;
}

FileStatus status_of(int descriptor, const struct stat& status) {
  FileStatus result;
  result.owner = status.st_uid;
  result.group = status.st_gid;
  result.mode = status.st_mode & 01777;
  result.regular = S_ISREG(status.st_mode);
  result.device = status.st_dev;
  result.inode = status.st_ino;
  struct statvfs mount {};
  result.read_only_mount = ::fstatvfs(descriptor, &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0;
  struct statfs file_system {};
  result.memory_backed = ::fstatfs(descriptor, &file_system) == 0 &&
                         (file_system.f_type == TMPFS_MAGIC || file_system.f_type == RAMFS_MAGIC);
  return result;
}

enum class Found { yes, changed };

// The directory in which the opened file stands now; `changed` if it is not to be found there.
Found directory_of(const std::string& path, const struct stat& opened, FileStatus& directory) {
  const std::unique_ptr<char, decltype(&std::free)> resolved{::realpath(path.c_str(), nullptr),
                                                             &std::free};
  if (!resolved) return Found::changed;
  const std::string real{resolved.get()};
  const std::size_t slash = real.rfind('/');
  const std::string parent = real.substr(0, slash == 0 ? 1 : slash);
  const Descriptor handle{::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  struct stat entry {};
  struct stat status {};
  if (!handle.valid() || ::fstat(handle.get(), &status) != 0) return Found::changed;
  if (::fstatat(handle.get(), real.c_str() + slash + 1, &entry, AT_SYMLINK_NOFOLLOW) != 0 ||
      entry.st_dev != opened.st_dev || entry.st_ino != opened.st_ino) {
    return Found::changed;
  }
  directory = status_of(handle.get(), status);
  return Found::yes;
}

// Is the opened file something else than what the path itself names, links not followed?
bool came_by_link(const std::string& path, const struct stat& opened) {
  struct stat entry {};
  return ::lstat(path.c_str(), &entry) != 0 || entry.st_dev != opened.st_dev ||
         entry.st_ino != opened.st_ino;
}

// Waits where waiting is possible: a pipe until its writer delivers, the rest not at all.
Result<Secret> read_all(int descriptor, std::size_t limit_bytes, const Deadline& deadline,
                        const Clock& clock) {
  SecretWriter content;
  std::array<char, 16384> buffer;
  for (;;) {
    // Each time round, because a writer may also drip for ever.
    if (deadline.passed(clock)) {
      return Error{.code = Code::deadline,
                   .message = "was not read to its end in time",
                   .hint = "let the writer close the pipe, or raise --timeout"};
    }
    pollfd source{descriptor, POLLIN, 0};
    const auto left = std::min<long>(deadline.remaining(clock).count(), 60'000);
    if (::poll(&source, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    if (length == 0) return content.take();
    if (length < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return unreadable(errno);
    }
    const auto size = static_cast<std::size_t>(length);
    const bool fits = size <= limit_bytes - content.size();
    if (fits) content.append(std::string_view{buffer.data(), size});
    ::explicit_bzero(buffer.data(), size);
    if (!fits) {
      return Error{.code = Code::manifest_too_large,
                   .message = "is larger than " + std::to_string(limit_bytes) + " bytes",
                   .hint = "check that the right file is named"};
    }
  }
}

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

struct Opened {
  Descriptor own;  // none for standard input
  int descriptor = -1;
  struct stat status {};
  FileContent content;  // bytes still missing
};

// O_NONBLOCK: opening a pipe without a writer must not block; reading waits for one. O_NOCTTY and
// the look beforehand: opening a device can have effects.
Result<Opened> open_judged(const std::string& path) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    struct stat before {};
    if (::stat(path.c_str(), &before) != 0) return unreadable(errno);
    if (auto error = unsuitable(before)) return *error;
    Opened opened;
    opened.own = Descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    opened.descriptor = opened.own.get();
    if (!opened.own.valid()) return unreadable(errno);
    if (::fstat(opened.descriptor, &opened.status) != 0) return unreadable(errno);
    if (auto error = unsuitable(opened.status)) return *error;
    opened.content.file = status_of(opened.descriptor, opened.status);
    opened.content.by_link = came_by_link(path, opened.status);
    if (!opened.content.file.regular || names_inherited_descriptor(path) ||
        directory_of(path, opened.status, opened.content.directory) == Found::yes) {
      return opened;
    }
  }
  return Error{.code = Code::manifest_unreadable,
               .message = "cannot be read: it was replaced while it was opened",
               .hint = "try again"};
}

}  // namespace

Result<FileContent> SystemFiles::read(const std::string& path, std::size_t limit_bytes,
                                      const Deadline& deadline) {
  const bool standard_input = path == "-";
  Opened opened;
  if (standard_input) {
    if (inherited_.standard_was_closed[0]) return unreadable(EBADF);
    opened.descriptor = STDIN_FILENO;
    if (::fstat(STDIN_FILENO, &opened.status) != 0) return unreadable(errno);
    opened.content.file = status_of(STDIN_FILENO, opened.status);
  } else {
    auto result = open_judged(path);
    if (!result) return std::move(result).errors();
    opened = std::move(*result);
  }
  auto bytes = read_all(opened.descriptor, limit_bytes, deadline, clock_);
  if (!bytes) return std::move(bytes).errors();
  opened.content.bytes = std::move(*bytes);
  return std::move(opened.content);
}

Result<std::vector<std::string>> SystemFiles::list(const std::string& directory, std::size_t most) {
  const std::unique_ptr<DIR, DirectoryCloser> open{::opendir(directory.c_str())};
  std::vector<std::string> names;
  if (!open) {
    if (errno == ENOENT) return names;
    return unreadable(errno);
  }
  for (;;) {
    errno = 0;
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr) break;
    const std::string_view name{entry->d_name};
    if (name == "." || name == "..") continue;
    if (names.size() == most) {
      return Error{.code = Code::manifest_too_large,
                   .message = "holds more than " + std::to_string(most) + " files"};
    }
    names.emplace_back(name);
  }
  if (errno != 0) return unreadable(errno);
  std::sort(names.begin(), names.end());
  return names;
}

bool SystemFiles::exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

}  // namespace kvlaunch
