// /proc/self/fd by getdents64, and close_range with its fallbacks.
#include "launcher/process/descriptors.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kvlaunch {
namespace {

// linux_dirent64, getdents(2): d_ino 8, d_off 8, d_reclen 2, d_type 1, then the name.
constexpr std::size_t record_length_offset = 16;
constexpr std::size_t name_offset = 19;

// Some containers allow a billion descriptors; trying them all would take minutes.
constexpr rlim_t most_numbers_tried = 65536;

// -1 for "." and "..".
int number_of(const char* name) {
  int number = -1;
  for (; *name >= '0' && *name <= '9'; ++name) {
    number = (number < 0 ? 0 : number) * 10 + (*name - '0');
  }
  return number;
}

void add_close_on_exec(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFD);
  if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ::fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
}

struct Range {
  unsigned first;
  unsigned last;
};

void mark_if_within(int descriptor, void* context) {
  const auto* range = static_cast<const Range*>(context);
  const auto number = static_cast<unsigned>(descriptor);
  if (number >= range->first && number <= range->last) add_close_on_exec(descriptor);
}

}  // namespace

bool visit_open_descriptors(void (*visit)(int descriptor, void* context), void* context) {
  const int directory = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  alignas(8) char buffer[2048];
  long length = 0;
  while ((length = ::syscall(SYS_getdents64, directory, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < length;) {
      std::uint16_t record_length = 0;
      std::memcpy(&record_length, buffer + at + record_length_offset, sizeof record_length);
      const int descriptor = number_of(buffer + at + name_offset);
      if (descriptor >= 0 && descriptor != directory) visit(descriptor, context);
      at += record_length;
    }
  }
  ::close(directory);
  return length == 0;
}

void set_close_on_exec(unsigned first, unsigned last) {
  if (::syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) == 0) return;
  Range range{first, last};
  if (visit_open_descriptors(mark_if_within, &range)) return;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t end = std::min(limit.rlim_cur, most_numbers_tried);
  for (unsigned number = first; number <= last && number < end; ++number) {
    add_close_on_exec(static_cast<int>(number));
  }
}

}  // namespace kvlaunch
