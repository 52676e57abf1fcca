// Absence, worded once for all providers.
#include "providers/context.hpp"

namespace kvlaunch {
namespace {

Outcome absent(Usage usage, Code code, std::string reason, std::string hint) {
  if (usage == Usage::chained) return Unavailable{std::move(reason), std::move(hint)};
  return Failed{Error{.code = code, .message = std::move(reason), .hint = std::move(hint)}};
}

}  // namespace

Outcome not_configured(Usage usage, std::string reason, std::string hint) {
  return absent(usage, Code::identity_configuration, std::move(reason), std::move(hint));
}

std::string missing_names(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text + (names.size() == 1 ? " is not set" : " are not set");
}

}  // namespace kvlaunch
