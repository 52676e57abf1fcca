// May a manifest be trusted, by who could have written it?
#pragma once

#include <optional>
#include <string>

#include "launcher/base/files.hpp"

namespace kvlaunch {

// How a file was named: one that was merely found must be the user's own.
enum class NamedBy { user, working_directory };

// Judges the opened file and the directory that holds it (design.md section 3): root's or the
// effective user's, not writable by others; writable by a group only for a user whose own group it
// is. A sticky directory is fine, and so are everything on a read-only mount and inherited
// descriptors: who starts kvlaunch has chosen what they hold. Code::manifest_unsafe.
std::optional<Error> problem_with_safety(const std::string& path, const FileContent& content,
                                         const Owner& owner, NamedBy named_by);

}  // namespace kvlaunch
