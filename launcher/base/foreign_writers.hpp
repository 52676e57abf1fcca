// Who else may have written a file: one judgement for manifests, credential files and helper
// programs. What each of them forbids is its own rule (design.md section 3, security rules 5 and 6
// there), and so is the wording.
#pragma once

#include "launcher/base/files.hpp"

namespace kvlaunch {

// Apart from root and the effective user, who may write what they please anyway.
struct ForeignWriters {
  bool owner = false;      // it belongs to a third user
  bool everybody = false;  // by the mode
  bool group = false;      // by the mode, and the group is not the user's alone

  [[nodiscard]] bool any() const { return owner || everybody || group; }
};

// Nobody, on a read-only mount. Root has no group of its own: who is a member of group 0 is not
// root. Of a directory: who may put files there, sticky ones included.
ForeignWriters foreign_writers(const FileStatus& status, const Owner& owner);

}  // namespace kvlaunch
