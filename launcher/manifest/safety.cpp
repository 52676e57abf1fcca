// Judging owner and mode.
#include "launcher/manifest/safety.hpp"

#include <sys/stat.h>

namespace kvlaunch {
namespace {

struct Fault {
  std::string what;
  std::string remedy;
};

std::optional<Fault> fault_of(const FileStatus& status, const Owner& owner) {
  if (status.owner != 0 && status.owner != owner.effective_user) {
    return Fault{"belongs to another user", "chown it to root or to the user that runs kvlaunch"};
  }
  if ((status.mode & S_IWOTH) != 0) return Fault{"is writable by everybody", "chmod o-w"};
  const bool own_group =
      owner.effective_user != 0 && owner.group_is_private && status.group == owner.effective_group;
  if ((status.mode & S_IWGRP) != 0 && !own_group) {
    return Fault{"is writable by a group", "chmod g-w"};
  }
  return std::nullopt;
}

Error unsafe(const std::string& path, const std::string& what, const std::string& remedy) {
  return Error{.code = Code::manifest_unsafe,
               .message = what,
               .hint = remedy + ", or pass --allow-unsafe-manifest",
               .location = Location{.file = path}};
}

}  // namespace

bool is_exempt_from_safety(const std::string& path) {
  return path == "-" || path == "/dev/stdin" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

std::optional<Error> problem_with_safety(const std::string& path, const FileContent& content,
                                         const Owner& owner, NamedBy named_by) {
  if (is_exempt_from_safety(path) || content.file.read_only_mount) return std::nullopt;
  if (named_by == NamedBy::working_directory && content.file.owner != owner.effective_user) {
    return unsafe(path, "the manifest found in the working directory belongs to another user",
                  "name it with -m if you trust it");
  }
  if (const auto fault = fault_of(content.file, owner)) {
    return unsafe(path, "the file " + fault->what, fault->remedy);
  }
  const bool directory_exempt =
      (content.directory.mode & S_ISVTX) != 0 || content.directory.read_only_mount;
  if (directory_exempt) return std::nullopt;
  if (const auto fault = fault_of(content.directory, owner)) {
    return unsafe(path, "its directory " + fault->what, fault->remedy + " on the directory");
  }
  return std::nullopt;
}

}  // namespace kvlaunch
