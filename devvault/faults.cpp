// Matching and counting.
#include "devvault/faults.hpp"

#include <algorithm>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

std::string normal_path(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return kvlaunch::to_lower(path);
}

bool host_matches(const std::string& pattern, const std::string& host) {
  const std::string wanted = kvlaunch::to_lower(pattern);
  if (wanted.empty() || wanted == "*") return true;
  if (!wanted.starts_with("*.")) return wanted == host;
  return host != wanted.substr(2) && kvlaunch::host_is_below(host, wanted.substr(2));
}

bool path_matches(std::string pattern, const std::string& path) {
  if (pattern.empty()) return true;
  if (pattern.ends_with('$')) {
    pattern.pop_back();
    return normal_path(pattern) == normal_path(path);
  }
  // A trailing '/' of the pattern is meant: "/secrets/app/" does not match "/secrets/app-two".
  return (normal_path(path) + "/").starts_with(kvlaunch::to_lower(pattern));
}

constexpr std::string_view document_start = "version: 1\nfaults:\n";
constexpr int document_start_lines = 2;

// `text` as the `faults:` of a devvault.yaml, each line where it was but for document_start.
std::string as_document(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_list =
      first != std::string::npos && (text[first] == '[' || text.compare(first, 2, "- ") == 0);
  std::string document{document_start};
  std::string indent = is_list ? "  " : "  - ";
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    const bool blank = line.find_first_not_of(" \t\r") == std::string::npos;
    document += blank ? "" : indent + line;
    document += '\n';
    if (!blank && !is_list) indent = "    ";
    start = end + 1;
  }
  return document;
}

}  // namespace

bool matches(const FaultRule& rule, const Request& request) {
  const bool any_method = rule.method.empty() || rule.method == "*";
  return (any_method || kvlaunch::equal_ignoring_case(rule.method, request.method)) &&
         host_matches(rule.host, request.host) && path_matches(rule.path, request.path);
}

std::string name_of(const FaultRule& rule) {
  const std::string method = rule.method.empty() ? "*" : rule.method;
  const std::string place = rule.host + rule.path;
  return place.empty() ? method : method + " " + place;
}

FaultBook::FaultBook(const std::vector<FaultRule>& rules) {
  add(rules);
}

std::optional<FaultRule> FaultBook::take(const Request& request, WallTime now) {
  const std::lock_guard lock{mutex_};
  for (Entry& entry : entries_) {
    if (!matches(entry.rule, request) || (entry.rule.at && now < *entry.rule.at)) continue;
    if (entry.skipped < entry.rule.skip) {
      ++entry.skipped;
      continue;
    }
    if (entry.rule.times >= 0 && entry.fired >= entry.rule.times) continue;
    ++entry.fired;
    return entry.rule;
  }
  return std::nullopt;
}

void FaultBook::add(const std::vector<FaultRule>& rules) {
  const std::lock_guard lock{mutex_};
  for (const FaultRule& rule : rules) entries_.push_back(Entry{rule});
}

void FaultBook::clear() {
  const std::lock_guard lock{mutex_};
  entries_.clear();
}

kvlaunch::Result<std::vector<FaultRule>> read_fault_rules(const std::string& text, WallTime now) {
  auto config = parse_config("rule", as_document(text), now);
  if (config) return std::move(config->faults);
  kvlaunch::Errors errors = std::move(config).errors();
  for (kvlaunch::Error& error : errors) {
    if (error.location)
      error.location->line = std::max(error.location->line - document_start_lines, 0);
  }
  return errors;
}

}  // namespace devvault
