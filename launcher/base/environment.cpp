// The snapshot of variables.
#include "launcher/base/environment.hpp"

#include <algorithm>

namespace kvlaunch {
namespace {

bool has_name(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

}  // namespace

Environment Environment::from_block(const char* const* block) {
  Environment environment;
  for (; block != nullptr && *block != nullptr; ++block) environment.entries_.emplace_back(*block);
  return environment;
}

std::optional<std::string_view> Environment::get(std::string_view name) const {
  for (const std::string& entry : entries_) {
    if (has_name(entry, name)) return std::string_view{entry}.substr(name.size() + 1);
  }
  return std::nullopt;
}

std::optional<std::string_view> Environment::get_non_empty(std::string_view name) const {
  const auto value = get(name);
  return value && !value->empty() ? value : std::nullopt;
}

void Environment::set(std::string_view name, std::string_view value) {
  std::string entry{name};
  entry.append("=").append(value);
  const auto first = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const std::string& old) { return has_name(old, name); });
  if (first == entries_.end()) {
    entries_.push_back(std::move(entry));
    return;
  }
  *first = std::move(entry);
  // getenv takes the first duplicate and shells the last: leave one, so that all see the same.
  entries_.erase(std::remove_if(first + 1, entries_.end(),
                                [&](const std::string& old) { return has_name(old, name); }),
                 entries_.end());
}

void Environment::unset(std::string_view name) {
  std::erase_if(entries_, [&](const std::string& entry) { return has_name(entry, name); });
}

void Environment::keep_only(const std::function<bool(std::string_view)>& wanted) {
  std::erase_if(entries_, [&](const std::string& entry) { return !wanted(name_of(entry)); });
}

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace kvlaunch
