// A snapshot of environment variables. Nothing in kvlaunch calls getenv: the snapshot is taken once
// in main and handed down.
//
// Entries keep the order and the exact bytes of the inherited block, strings without '=' included,
// because an untouched entry must reach the target as it came. Copies are plain strings: the
// process's own environ block holds the same bytes for as long as it lives.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kvlaunch {

class Environment {
 public:
  Environment() = default;
  // `block` is envp as execve passes it: a null-terminated array of "NAME=value".
  static Environment from_block(const char* const* block);

  // The value of the first entry of that name (as getenv(3) finds it).
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  // get(), with an empty value counting as unset, as the Azure SDKs do.
  [[nodiscard]] std::optional<std::string_view> get_non_empty(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const { return get(name).has_value(); }

  // Replaces the first entry of that name, drops its duplicates, or appends.
  void set(std::string_view name, std::string_view value);
  // Drops every entry of that name.
  void unset(std::string_view name);
  void keep_only(const std::function<bool(std::string_view name)>& wanted);

  // "NAME=value", in order.
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }
  static std::string_view name_of(std::string_view entry) {
    return entry.substr(0, entry.find('='));
  }

 private:
  std::vector<std::string> entries_;
};

// [A-Za-z_][A-Za-z0-9_]*: what every shell carries on (dash drops other names silently).
bool is_variable_name(std::string_view name);

}  // namespace kvlaunch
