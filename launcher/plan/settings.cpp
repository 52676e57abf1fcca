// Laying options over each other.
#include "launcher/plan/settings.hpp"

namespace kvlaunch {
namespace {

template <class T>
void lay(std::optional<T>& lower, const std::optional<T>& upper) {
  if (upper) lower = upper;
}

template <class T>
void take(T& setting, const std::optional<T>& option) {
  if (option) setting = *option;
}

}  // namespace

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

Settings settings_from(const Options& options) {
  Settings settings;
  take(settings.timeout, options.timeout);
  take(settings.scrub, options.scrub);
  take(settings.keep_env, options.keep_env);
  take(settings.preserve_env, options.preserve_env);
  take(settings.clean_env, options.clean_env);
  take(settings.resolve_env, options.resolve_env);
  take(settings.allow_unresolved, options.allow_unresolved);
  take(settings.notify_ready, options.notify_ready);
  take(settings.ca_file, options.ca_file);
  take(settings.log_format, options.log_format);
  return settings;
}

}  // namespace kvlaunch
