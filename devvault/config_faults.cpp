// `faults:` and `rotations:` of devvault.yaml.
#include <algorithm>
#include <array>

#include "devvault/config_parts.hpp"
#include "devvault/secret_json.hpp"
#include "devvault/secret_name.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;

constexpr std::int64_t most_times = 1'000'000'000;
constexpr std::int64_t most_offset_s = std::int64_t{366} * 24 * 3600;
constexpr std::int64_t largest_body_bytes = std::int64_t{1} << 30;

// "GET /path", "GET https://host/path", "/path", "*": method and host may be left out.
bool parse_match(std::string_view text, FaultRule& rule) {
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    const std::string_view method = text.substr(0, space);
    const bool is_method =
        method == "*" || (!method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
          return c >= 'A' && c <= 'Z';
        }));
    if (!is_method) return false;
    rule.method = method;
    text.remove_prefix(std::min(text.find_first_not_of(' ', space), text.size()));
  }
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find('/'), text.size());
    rule.host = kvlaunch::to_lower(text.substr(0, end));
    text.remove_prefix(end);
    if (rule.host.empty()) return false;
  }
  if (text == "*") text = {};
  rule.path = text;
  return (text.empty() || text.starts_with('/')) &&
         text.find_first_of("? ") == std::string_view::npos;
}

// "300000", "300KB", "64MiB".
std::optional<std::int64_t> parse_size(std::string_view text) {
  struct SizeUnit {
    std::string_view name;
    std::int64_t bytes;
  };
  for (const SizeUnit unit :
       {SizeUnit{"KiB", 1 << 10}, SizeUnit{"MiB", 1 << 20}, SizeUnit{"GiB", 1 << 30},
        SizeUnit{"GB", 1'000'000'000}, SizeUnit{"KB", 1'000}, SizeUnit{"MB", 1'000'000},
        SizeUnit{"B", 1}, SizeUnit{"", 1}}) {
    if (!text.ends_with(unit.name)) continue;
    const std::string number{text.substr(0, text.size() - unit.name.size())};
    if (number.empty() || number.size() > 10 ||
        number.find_first_not_of("0123456789") != std::string::npos) {
      return std::nullopt;
    }
    const std::int64_t count = std::stoll(number);
    if (count > largest_body_bytes / unit.bytes) return std::nullopt;
    return count * unit.bytes;
  }
  return std::nullopt;
}

void read_match(ConfigReader& reader, const Node& node, FaultRule& rule) {
  const Node* match = node.find("match");
  if (match == nullptr) {
    reader.problem(Code::manifest_missing_value, node, "a fault needs match",
                   "write match: \"GET /secrets/NAME\", or \"*\" for every request");
    return;
  }
  const auto text = reader.text(*match, "match");
  if (text && !parse_match(*text, rule)) {
    reader.problem(Code::manifest_bad_value, *match, "match must be a method and a path or URL",
                   "as in \"GET /secrets/api-key\" or \"POST https://login.microsoftonline.com/\"");
  }
}

void read_counts(ConfigReader& reader, const Node& node, FaultRule& rule) {
  if (const Node* given = node.find("times")) {
    rule.times = static_cast<int>(reader.integer(*given, "times", 1, most_times).value_or(1));
  }
  if (const Node* given = node.find("skip")) {
    rule.skip = static_cast<int>(reader.integer(*given, "skip", 0, most_times).value_or(0));
  }
  if (const Node* given = node.find("status")) {
    rule.status = static_cast<int>(reader.integer(*given, "status", 200, 599).value_or(0));
  }
  if (const Node* given = node.find("date-offset")) {
    rule.date_offset =
        Seconds{reader.integer(*given, "date-offset", -most_offset_s, most_offset_s).value_or(0)};
  }
  if (const Node* given = node.find("at")) rule.at = reader.time(*given, "at");
}

void read_durations(ConfigReader& reader, const Node& node, FaultRule& rule) {
  if (const Node* given = node.find("delay")) {
    rule.delay = reader.duration(*given, "delay").value_or(Milliseconds{0});
  }
  if (const Node* given = node.find("drip")) {
    rule.drip = reader.duration(*given, "drip").value_or(Milliseconds{0});
  }
}

void read_manners(ConfigReader& reader, const Node& node, FaultRule& rule) {
  const auto flag = [&](const char* key, bool& target) {
    if (const Node* given = node.find(key)) target = reader.boolean(*given, key).value_or(false);
  };
  flag("reset", rule.reset);
  flag("truncate", rule.truncate);
  flag("not-json", rule.not_json);
  if (const Node* given = node.find("huge-body")) {
    const auto size = given->is_scalar() ? parse_size(given->text) : std::nullopt;
    if (!size) {
      reader.problem(Code::manifest_bad_value, *given, "huge-body must be a size up to 1 GiB",
                     "write a number of bytes, or with KB, KiB, MB, MiB, GB or GiB");
    }
    rule.huge_body_bytes = static_cast<std::size_t>(size.value_or(0));
  }
}

void read_texts(ConfigReader& reader, const Node& node, FaultRule& rule) {
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const Node* given = node.find(key);
    return given == nullptr ? std::nullopt : reader.text(*given, key);
  };
  rule.error_code = text("code").value_or("");
  rule.inner_code = text("inner-code").value_or("");
  rule.retry_after = text("retry-after");
  rule.retry_after_ms = text("retry-after-ms");
  rule.x_ms_retry_after_ms = text("x-ms-retry-after-ms");
  rule.redirect = text("redirect").value_or("");
  rule.challenge_resource = text("challenge-resource").value_or("");
  rule.challenge_authority = text("challenge-authority").value_or("");
}

// A rule that changes nothing is a misunderstanding.
bool does_something(const Node& node) {
  const std::array effects{
      "status",     "delay",     "reset",    "truncate",           "not-json",
      "drip",       "huge-body", "redirect", "challenge-resource", "challenge-authority",
      "date-offset"};
  return std::any_of(effects.begin(), effects.end(),
                     [&](const char* key) { return node.find(key) != nullptr; });
}

void read_rotation(ConfigReader& reader, const Node& node, Config& config) {
  if (!reader.mapping(node, "rotations", {"vault", "secret", "value", "after"})) return;
  for (const char* key : {"secret", "value", "after"}) {
    if (node.find(key) != nullptr) continue;
    reader.problem(Code::manifest_missing_value, node, "a rotation needs " + std::string{key}, "");
    return;
  }
  Rotation rotation;
  rotation.secret = reader.text(*node.find("secret"), "secret").value_or("");
  if (!is_secret_name(rotation.secret)) {
    reader.problem(Code::manifest_bad_value, *node.find("secret"), "not a name of a secret", "");
  }
  rotation.value = reader.text(*node.find("value"), "value").value_or("");
  if (rotation.value.size() > longest_value_bytes) {
    reader.problem(Code::manifest_bad_value, *node.find("value"), "value is larger than 25 KB", "");
  }
  rotation.after = std::chrono::ceil<Seconds>(
      reader.duration(*node.find("after"), "after").value_or(Milliseconds{0}));
  std::vector<std::string_view> names;
  for (const auto& [host, vault] : config.vaults) names.push_back(vault.name);
  const Node* named = node.find("vault");
  const std::string wanted =
      named == nullptr ? "" : kvlaunch::to_lower(reader.text(*named, "vault").value_or(""));
  if (named == nullptr && config.vaults.size() == 1) rotation.vault = config.vaults.begin()->first;
  for (const auto& [host, vault] : config.vaults) {
    if (named != nullptr && (vault.name == wanted || host == wanted)) rotation.vault = host;
  }
  if (rotation.vault.empty()) {
    reader.problem(Code::manifest_bad_value, named == nullptr ? node : *named,
                   named == nullptr ? "a rotation needs vault, unless there is just one"
                                    : "vault names no vault of this file",
                   ConfigReader::suggestion(wanted, names));
  }
  config.rotations.push_back(std::move(rotation));
}

}  // namespace

void read_faults(ConfigReader& reader, const Node& node, Config& config) {
  const auto* items = reader.list(node, "faults");
  if (items == nullptr) return;
  for (const Node& item : *items) {
    if (!reader.mapping(item, "faults",
                        {"match",
                         "times",
                         "skip",
                         "status",
                         "code",
                         "inner-code",
                         "retry-after",
                         "retry-after-ms",
                         "x-ms-retry-after-ms",
                         "delay",
                         "reset",
                         "truncate",
                         "not-json",
                         "drip",
                         "huge-body",
                         "redirect",
                         "challenge-resource",
                         "challenge-authority",
                         "date-offset",
                         "at"})) {
      continue;
    }
    FaultRule rule;
    read_match(reader, item, rule);
    read_counts(reader, item, rule);
    read_durations(reader, item, rule);
    read_manners(reader, item, rule);
    read_texts(reader, item, rule);
    if (!does_something(item)) {
      reader.problem(Code::manifest_missing_value, item, "a fault that does nothing",
                     "give it a status, delay, reset, truncate, not-json, drip, huge-body, "
                     "redirect, challenge-... or date-offset");
    }
    config.faults.push_back(std::move(rule));
  }
}

void read_rotations(ConfigReader& reader, const Node& node, Config& config) {
  const auto* items = reader.list(node, "rotations");
  if (items == nullptr) return;
  for (const Node& item : *items) read_rotation(reader, item, config);
}

}  // namespace devvault
