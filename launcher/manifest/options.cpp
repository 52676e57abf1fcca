// Laying options over each other.
#include "launcher/manifest/manifest.hpp"

#include <algorithm>

namespace kvlaunch {
namespace {

template <class T>
void lay(std::optional<T>& lower, const std::optional<T>& upper) {
  if (upper) lower = upper;
}

}  // namespace

bool NamesOption::covers(std::string_view name) const {
  return on && (names.empty() || std::find(names.begin(), names.end(), name) != names.end());
}

Options lay_over(Options lower, const Options& upper) {
  lay(lower.timeout, upper.timeout);
  lay(lower.scrub, upper.scrub);
  lay(lower.keep_env, upper.keep_env);
  lay(lower.preserve_env, upper.preserve_env);
  lay(lower.clean_env, upper.clean_env);
  lay(lower.resolve_env, upper.resolve_env);
  lay(lower.allow_unresolved, upper.allow_unresolved);
  lay(lower.notify_ready, upper.notify_ready);
  lay(lower.ca_file, upper.ca_file);
  lay(lower.log_format, upper.log_format);
  return lower;
}

}  // namespace kvlaunch
