// Looking a variable up in the forbidden tables.
#include "launcher/resolve/forbidden_names.hpp"

#include <algorithm>

#include "launcher/base/url.hpp"

namespace kvlaunch {

bool is_forbidden_name(std::string_view variable) {
  if (std::find(forbidden_names.begin(), forbidden_names.end(), variable) !=
      forbidden_names.end()) {
    return true;
  }
  const auto begins_so = [&](std::string_view prefix) { return variable.starts_with(prefix); };
  if (std::any_of(forbidden_prefixes.begin(), forbidden_prefixes.end(), begins_so)) return true;
  return to_lower(variable).ends_with(forbidden_suffix);
}

}  // namespace kvlaunch
