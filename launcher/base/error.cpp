// Choosing the exit class among several errors, and the one wording of errno.
#include "launcher/base/error.hpp"

#include <algorithm>
#include <system_error>

namespace kvlaunch {
namespace {

int lastingness(ExitClass exit) {
  switch (exit) {
    case ExitClass::not_found:
    case ExitClass::cannot_execute:
      return 5;
    case ExitClass::internal:
      return 4;
    case ExitClass::configuration:
      return 3;
    case ExitClass::refused:
      return 2;
    case ExitClass::temporary:
      return 1;
  }
  return 0;
}

}  // namespace

ExitClass most_lasting(const Errors& errors) {
  const auto worst =
      std::max_element(errors.begin(), errors.end(), [](const Error& left, const Error& right) {
        return lastingness(exit_class_of(left.code)) < lastingness(exit_class_of(right.code));
      });
  return worst == errors.end() ? ExitClass::internal : exit_class_of(worst->code);
}

Error system_error(std::string_view action, std::string_view target, int error_number, Code code) {
  std::string message{action};
  if (!target.empty()) message.append(" ").append(target);
  message.append(": ").append(std::generic_category().message(error_number));
  return Error{.code = code, .message = std::move(message)};
}

}  // namespace kvlaunch
