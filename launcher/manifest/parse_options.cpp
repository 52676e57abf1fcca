// `options`: what the flags of the same names say.
#include "launcher/manifest/document.hpp"

namespace kvlaunch {

using yaml::Node;

namespace {

void refuse_for_now(const Node& options, std::string_view key, Inspector& inspector) {
  for (const Node::Entry& entry : options.entries) {
    if (entry.key != key || !inspector.boolean(entry.value, key).value_or(false)) continue;
    inspector.report(Code::not_yet, inspector.where_key(entry),
                     "\"" + entry.key + "\" is not supported yet",
                     "remove it: a later version brings it");
  }
}

}  // namespace

Options parse_options(const Node& node, Inspector inspector) {
  Options options;
  if (!inspector.expect(node, Node::Kind::mapping, "options")) return options;
  inspector.check_keys(node, "options");
  const auto take_names = [&](std::string_view key, std::optional<NamesOption>& target) {
    inspector.take(node, key, target,
                   [&](const Node& value) { return inspector.switch_or_variables(value, key); });
  };
  const auto take_boolean = [&](std::string_view key, std::optional<bool>& target) {
    inspector.take(node, key, target,
                   [&](const Node& value) { return inspector.boolean(value, key); });
  };
  inspector.take(node, "timeout", options.timeout,
                 [&](const Node& value) { return inspector.duration(value, "timeout"); });
  inspector.take(node, "scrub", options.scrub, [&](const Node& value) {
    return inspector.word<Scrub>(
        value, "scrub", {{"secrets", Scrub::secrets}, {"all", Scrub::all}, {"none", Scrub::none}});
  });
  inspector.take(node, "keep-env", options.keep_env,
                 [&](const Node& value) { return inspector.variables(value, "keep-env"); });
  take_names("preserve-env", options.preserve_env);
  take_names("resolve-env", options.resolve_env);
  take_names("allow-unresolved", options.allow_unresolved);
  take_boolean("clean-env", options.clean_env);
  take_boolean("notify-ready", options.notify_ready);
  inspector.take(node, "ca-file", options.ca_file,
                 [&](const Node& value) { return inspector.setting(value, "ca-file"); });
  inspector.take(node, "log-format", options.log_format, [&](const Node& value) {
    return inspector.word<LogFormat>(value, "log-format",
                                     {{"text", LogFormat::text}, {"json", LogFormat::json}});
  });
  for (const std::string_view key : {"init", "mask", "process-group"}) {
    refuse_for_now(node, key, inspector);
  }
  return options;
}

}  // namespace kvlaunch
