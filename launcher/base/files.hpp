// Reading files as a seam: bounded, judged by what was opened and not by its name.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// Of the opened file, and of the directory it stands in.
struct FileStatus {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;  // permission bits with the sticky bit
  bool regular = false;
  bool read_only_mount = false;
  bool memory_backed = false;  // tmpfs or ramfs
  dev_t device = 0;            // with `inode`: which file it is, however it was named
  ino_t inode = 0;
};

struct FileContent {
  Secret bytes;
  FileStatus file;
  FileStatus directory;  // the one that holds the opened file, after following links
  // The last part of the path is a symbolic link, or was replaced while it was opened.
  bool by_link = false;
};

class Files {
 public:
  virtual ~Files() = default;
  // Errors, which leave out the file's name (it stands in the place that callers give, or before
  // the message): Code::manifest_unreadable with the system's reason (callers set the code that
  // fits); Code::manifest_too_large when there is more than `limit_bytes`; Code::deadline when a
  // pipe did not deliver in time. "-" is standard input.
  virtual Result<FileContent> read(const std::string& path, std::size_t limit_bytes,
                                   const Deadline& deadline) = 0;
  virtual bool exists(const std::string& path) = 0;
  // The names in a directory, sorted, without "." and ".."; none where it does not exist. Errors,
  // without the directory's name: Code::manifest_unreadable with the system's reason;
  // Code::manifest_too_large when there are more than `most`.
  virtual Result<std::vector<std::string>> list(const std::string& directory, std::size_t most) = 0;
};

// Is `path` standard input ("-", /dev/stdin) or a descriptor that was handed to us (/dev/fd/N,
// /proc/self/fd/N), and no file with a place of its own?
bool names_inherited_descriptor(std::string_view path);

// Who may have written a file, as seen by the user kvlaunch runs as.
struct Owner {
  uid_t effective_user = 0;
  gid_t effective_group = 0;
  bool group_is_private = false;  // the effective group is the user's own and has no other member
};

}  // namespace kvlaunch
