// Making and removing the files.
#include "devvault/scratch_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "launcher/base/descriptor.hpp"

namespace devvault {
namespace {

constexpr mode_t directory_mode = 0711;

}  // namespace

kvlaunch::Result<ScratchDirectory> ScratchDirectory::make(
    const kvlaunch::Environment& environment) {
  const std::string temporary{environment.get_non_empty("TMPDIR").value_or("/tmp")};
  int reason = 0;
  for (const std::string& parent : {std::string{"/dev/shm"}, temporary}) {
    std::string path = parent + "/devvault-XXXXXX";
    if (mkdtemp(path.data()) != nullptr) {
      if (chmod(path.c_str(), directory_mode) == 0) return ScratchDirectory{path};
      reason = errno;
      rmdir(path.c_str());
    } else {
      reason = errno;
    }
  }
  kvlaunch::Error error = kvlaunch::system_error("cannot make a directory in", temporary, reason);
  error.hint = "set TMPDIR to a directory that can be written";
  return error;
}

ScratchDirectory::ScratchDirectory(ScratchDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})), files_(std::exchange(other.files_, {})) {}

ScratchDirectory::~ScratchDirectory() {
  for (const std::string& file : files_) unlink(file.c_str());
  if (!path_.empty()) rmdir(path_.c_str());
}

kvlaunch::Result<std::string> ScratchDirectory::put(std::string_view name, std::string_view bytes,
                                                    mode_t mode) {
  std::string path = path_ + "/" + std::string{name};
  files_.push_back(path);
  if (auto written = write_file(path, bytes, mode); !written) return written.errors();
  return path;
}

kvlaunch::Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const kvlaunch::Descriptor file{
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  bool written = file.valid() && fchmod(file.get(), mode) == 0;
  while (written && !bytes.empty()) {
    const ssize_t size = write(file.get(), bytes.data(), bytes.size());
    if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    written = size > 0 || errno == EINTR;
  }
  if (written) return {};
  return kvlaunch::system_error("cannot write", path, errno, kvlaunch::Code::usage);
}

}  // namespace devvault
