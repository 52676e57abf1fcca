// Options become settings.
#include "launcher/plan/settings.hpp"

namespace kvlaunch {
namespace {

template <class T>
void take(T& setting, const std::optional<T>& option) {
  if (option) setting = *option;
}

}  // namespace

bool is_blank(std::string_view connection_string) {
  return connection_string.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
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
