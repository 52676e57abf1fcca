// A directory for the files of one run: in memory where there is tmpfs, gone at the end.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

class ScratchDirectory {
 public:
  // Under /dev/shm, else $TMPDIR, else /tmp; with a name nobody can guess. Others may open a file
  // whose path they were told (a command that drops to another user must), but list nothing.
  static kvlaunch::Result<ScratchDirectory> make(const kvlaunch::Environment& environment);
  ScratchDirectory(ScratchDirectory&& other) noexcept;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  // Removes the files that put() made, and the directory.
  ~ScratchDirectory();

  // The path of the new file.
  kvlaunch::Result<std::string> put(std::string_view name, std::string_view bytes, mode_t mode);

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::vector<std::string> files_;
};

// Replaces or makes the file.
kvlaunch::Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode);

}  // namespace devvault
