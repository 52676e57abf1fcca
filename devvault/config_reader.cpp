// Reading scalars, lists and mappings strictly.
#include "devvault/config_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "devvault/times.hpp"
#include "launcher/base/nearest.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;
namespace yaml = kvlaunch::yaml;

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array<Unit, 5> units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t longest_duration_ms = std::int64_t{100} * 365 * 86'400'000;

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (text.empty() || problem != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// The next `count` digits of `text`, if they lie within the bounds; they are taken off.
std::optional<unsigned> field(std::string_view& text, std::size_t count, unsigned low,
                              unsigned high) {
  const std::string_view part = text.substr(0, count);
  unsigned number = 0;
  const char* const end = part.data() + part.size();
  const auto [stop, problem] = std::from_chars(part.data(), end, number);
  if (part.size() != count || problem != std::errc{} || stop != end) return std::nullopt;
  if (number < low || number > high) return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char character) {
  if (!text.starts_with(character)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Seconds> time_of_day(std::string_view text) {
  const auto hours = field(text, 2, 0, 23);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = field(text, 2, 0, 59);
  if (!minutes || !take(text, ':')) return std::nullopt;
  const auto seconds = field(text, 2, 0, 59);
  if (!seconds || text != "Z") return std::nullopt;
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes} + Seconds{*seconds};
}

bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = std::string_view{"0123456789abcdefABCDEF"}.find(text[i]) != std::string::npos;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

int width_of(std::string_view text) {
  return std::max(static_cast<int>(text.size()), 1);
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  const std::size_t split = text.find_first_not_of("0123456789", text.starts_with('-') ? 1 : 0);
  if (split == std::string_view::npos) return std::nullopt;
  const auto number = digits(text.substr(0, split));
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& candidate) {
    return candidate.name == text.substr(split);
  });
  if (!number || unit == units.end()) return std::nullopt;
  if (std::abs(*number) > longest_duration_ms / unit->milliseconds) return std::nullopt;
  return Milliseconds{*number * unit->milliseconds};
}

std::optional<WallTime> parse_date(std::string_view text) {
  const auto year = field(text, 4, 1970, last_year);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = field(text, 2, 1, 12);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = field(text, 2, 1, 31);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  const auto midnight = std::chrono::sys_days{date};
  if (text.empty()) return WallTime{midnight};
  if (!take(text, 'T')) return std::nullopt;
  const auto later = time_of_day(text);
  if (!later) return std::nullopt;
  return WallTime{midnight} + *later;
}

std::optional<std::string> ConfigReader::text(const Node& node, const std::string& what) {
  if (node.is_scalar()) return node.text;
  problem(Code::manifest_wrong_type, node,
          what + " must be text, not " + std::string{yaml::describe(node.kind)},
          node.kind == Node::Kind::null ? "write \"\" for an empty text" : "");
  return std::nullopt;
}

std::optional<bool> ConfigReader::boolean(const Node& node, const std::string& what) {
  if (node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false")) {
    return node.text == "true";
  }
  problem(Code::manifest_wrong_type, node, what + " must be true or false", "");
  return std::nullopt;
}

std::optional<std::int64_t> ConfigReader::integer(const Node& node, const std::string& what,
                                                  std::int64_t low, std::int64_t high) {
  const auto number = node.is_scalar() ? digits(node.text) : std::nullopt;
  if (number && *number >= low && *number <= high) return number;
  problem(Code::manifest_bad_value, node,
          what + " must be a number from " + std::to_string(low) + " to " + std::to_string(high),
          "", yaml::Token::shown);
  return std::nullopt;
}

std::optional<Milliseconds> ConfigReader::duration(const Node& node, const std::string& what) {
  const auto parsed = node.is_scalar() ? parse_duration(node.text) : std::nullopt;
  if (parsed && parsed->count() >= 0) return parsed;
  problem(Code::manifest_bad_value, node, what + " must be a duration",
          "write a number with ms, s, m, h or d, as in 10s", yaml::Token::shown);
  return std::nullopt;
}

std::optional<WallTime> ConfigReader::time(const Node& node, const std::string& what) {
  if (node.is_scalar()) {
    if (const auto date = parse_date(node.text)) return date;
    if (const auto relative = parse_duration(node.text)) return now_ + *relative;
  }
  problem(Code::manifest_bad_value, node, what + " must be a date in UTC or a duration from now",
          "write 2030-01-01T00:00:00Z, 30d or -1h", yaml::Token::shown);
  return std::nullopt;
}

std::optional<std::string> ConfigReader::guid(const Node& node, const std::string& what) {
  if (node.is_scalar() && is_guid(node.text)) return kvlaunch::to_lower(node.text);
  problem(Code::manifest_bad_value, node, what + " must be a GUID",
          "write 8-4-4-4-12 hex digits, or leave it out", yaml::Token::shown);
  return std::nullopt;
}

std::optional<std::string> ConfigReader::choice(const Node& node, const std::string& what,
                                                std::initializer_list<std::string_view> choices) {
  if (node.is_scalar() && std::find(choices.begin(), choices.end(), node.text) != choices.end()) {
    return node.text;
  }
  std::string listed;
  for (const std::string_view each : choices) {
    listed += (listed.empty() ? "" : ", ") + std::string{each};
  }
  problem(Code::manifest_bad_value, node, what + " must be one of: " + listed,
          node.is_scalar() ? suggestion(node.text, choices) : "", yaml::Token::shown);
  return std::nullopt;
}

bool ConfigReader::any_mapping(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::mapping) return true;
  problem(Code::manifest_wrong_type, node,
          what + " must be a mapping, not " + std::string{yaml::describe(node.kind)},
          "write `key: value` lines below it, or {} for an empty one");
  return false;
}

bool ConfigReader::mapping(const Node& node, const std::string& what,
                           std::initializer_list<std::string_view> keys) {
  if (!any_mapping(node, what)) return false;
  for (const Node::Entry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    problem_with_key(Code::manifest_unknown_key, entry,
                     "unknown key '" + entry.key + "' in " + what, suggestion(entry.key, keys));
  }
  return true;
}

const std::vector<Node>* ConfigReader::list(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::sequence) return &node.items;
  problem(Code::manifest_wrong_type, node,
          what + " must be a list, not " + std::string{yaml::describe(node.kind)}, "");
  return nullptr;
}

std::vector<std::string> ConfigReader::texts(const Node& node, const std::string& what) {
  std::vector<std::string> found;
  const auto* items = list(node, what);
  if (items == nullptr) return found;
  for (const Node& item : *items) {
    if (auto each = text(item, "an entry of " + what)) found.push_back(std::move(*each));
  }
  return found;
}

void ConfigReader::problem_with_key(Code code, const Node::Entry& entry, std::string message,
                                    std::string hint) {
  errors_.push_back(
      {.code = code,
       .message = std::move(message),
       .hint = std::move(hint),
       .location = excerpts_.at(entry.key_mark, width_of(entry.key), yaml::Token::shown)});
}

void ConfigReader::problem(Code code, const Node& node, std::string message, std::string hint,
                           yaml::Token token) {
  if (node.reported) return;
  errors_.push_back({.code = code,
                     .message = std::move(message),
                     .hint = std::move(hint),
                     .location = excerpts_.at(node.mark, 0, token)});
}

void ConfigReader::problem_in_file(Code code, std::string message, std::string hint) {
  errors_.push_back({.code = code,
                     .message = std::move(message),
                     .hint = std::move(hint),
                     .location = kvlaunch::Location{.file = excerpts_.source().file}});
}

std::string ConfigReader::suggestion(std::string_view word,
                                     const std::vector<std::string_view>& known) {
  const std::string_view near = kvlaunch::nearest(word, known);
  if (!near.empty()) return "did you mean '" + std::string{near} + "'?";
  std::string listed;
  for (const std::string_view each : known) {
    listed += (listed.empty() ? "there are: " : ", ") + std::string{each};
  }
  return listed;
}

void ConfigReader::add(kvlaunch::Errors problems) {
  errors_.insert(errors_.end(), std::make_move_iterator(problems.begin()),
                 std::make_move_iterator(problems.end()));
}

kvlaunch::Errors ConfigReader::take_errors() {
  const auto place = [](const kvlaunch::Error& error) {
    return error.location ? std::pair{error.location->line, error.location->column}
                          : std::pair{0, 0};
  };
  std::stable_sort(errors_.begin(), errors_.end(),
                   [&](const auto& left, const auto& right) { return place(left) < place(right); });
  return std::move(errors_);
}

}  // namespace devvault
