// Telling descriptors from files by their names.
#include "launcher/base/files.hpp"

namespace kvlaunch {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

// A path that only begins so may lead anywhere: /dev/fd/../../tmp/x.
bool names_inherited_descriptor(std::string_view path) {
  if (path == "-" || path == "/dev/stdin") return true;
  for (const std::string_view directory : {"/dev/fd/", "/proc/self/fd/"}) {
    if (path.starts_with(directory)) return is_number(path.substr(directory.size()));
  }
  return false;
}

}  // namespace kvlaunch
