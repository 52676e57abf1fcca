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

Outcome not_built_yet(Usage usage, std::string what, std::string hint) {
  return absent(usage, Code::not_yet, std::move(what) + " is not supported yet", std::move(hint));
}

}  // namespace kvlaunch
