// Owner and mode, read as inode(7) says.
#include "launcher/base/foreign_writers.hpp"

#include <sys/stat.h>

namespace kvlaunch {

ForeignWriters foreign_writers(const FileStatus& status, const Owner& owner) {
  if (status.read_only_mount) return {};
  const bool own_group =
      owner.effective_user != 0 && owner.group_is_private && status.group == owner.effective_group;
  return ForeignWriters{
      .owner = status.owner != 0 && status.owner != owner.effective_user,
      .everybody = (status.mode & S_IWOTH) != 0,
      .group = (status.mode & S_IWGRP) != 0 && !own_group,
  };
}

}  // namespace kvlaunch
