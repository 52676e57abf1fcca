// The real Files: bounded reading that judges what was opened.
#pragma once

#include <string>

#include "launcher/base/files.hpp"
#include "launcher/process/inherited.hpp"
#include "launcher/process/owner.hpp"

namespace kvlaunch {

// Thread-safe. `clock` must be the steady clock of this machine; both references must outlive this.
//
// Regular files and pipes are read; a directory, device or socket is refused before it is opened. A
// pipe is waited for until the deadline, for a first writer too. Standard input that was closed at
// start is an error, not an empty file.
//
// FileContent::directory is filled only for a regular file opened by its path: standard input,
// pipes and inherited descriptors (/dev/fd/N, /proc/self/fd/N) have no directory to judge, and
// there it keeps its defaults (root's, no permissions).
class SystemFiles final : public Files {
 public:
  SystemFiles(const Clock& clock, const InheritedState& inherited)
      : clock_(clock), inherited_(inherited) {}

  Result<FileContent> read(const std::string& path, std::size_t limit_bytes,
                           const Deadline& deadline) override;
  // True also where the system does not let us look: read() then says why.
  bool exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory, std::size_t most) override;

 private:
  const Clock& clock_;
  const InheritedState& inherited_;
};

}  // namespace kvlaunch
