// Judging owner and mode.
#include "launcher/manifest/safety.hpp"

#include <sys/stat.h>

#include "launcher/base/foreign_writers.hpp"

namespace kvlaunch {
namespace {

struct Fault {
  std::string what;
  std::string remedy;
};

std::optional<Fault> fault_of(const FileStatus& status, const Owner& owner) {
  const ForeignWriters writers = foreign_writers(status, owner);
  if (writers.owner) {
    return Fault{"belongs to another user", "chown it to root or to the user that runs kvlaunch"};
  }
  if (writers.everybody) return Fault{"is writable by everybody", "chmod o-w"};
  if (writers.group) return Fault{"is writable by a group", "chmod g-w"};
  return std::nullopt;
}

Error unsafe(const std::string& path, const std::string& what, const std::string& remedy) {
  return Error{.code = Code::manifest_unsafe,
               .message = what,
               .hint = remedy + ", or pass --allow-unsafe-manifest",
               .location = Location{.file = path}};
}

}  // namespace

std::optional<Error> problem_with_safety(const std::string& path, const FileContent& content,
                                         const Owner& owner, NamedBy named_by) {
  if (names_inherited_descriptor(path) || content.file.read_only_mount) return std::nullopt;
  if (named_by == NamedBy::working_directory && content.file.owner != owner.effective_user) {
    return unsafe(path, "the manifest found in the working directory belongs to another user",
                  "name it with -m if you trust it");
  }
  if (const auto fault = fault_of(content.file, owner)) {
    return unsafe(path, "the file " + fault->what, fault->remedy);
  }
  if ((content.directory.mode & S_ISVTX) != 0) return std::nullopt;
  if (const auto fault = fault_of(content.directory, owner)) {
    return unsafe(path, "its directory " + fault->what, fault->remedy + " on the directory");
  }
  return std::nullopt;
}

}  // namespace kvlaunch
