// The error of a command line that cannot be understood.
#pragma once

#include <string>

#include "launcher/base/error.hpp"

namespace kvlaunch {

inline Error usage_error(std::string message, std::string hint) {
  return Error{.code = Code::usage, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace kvlaunch
