// Putting parts in their places.
#include "providers/connection_string_keys.hpp"

#include <algorithm>
#include <string>

#include "launcher/base/nearest.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr auto& keys = string_key::all;

bool any_has_key(const std::vector<const ConnectionStringPart*>& parts, std::string_view key) {
  return std::any_of(parts.begin(), parts.end(), [&](const ConnectionStringPart* part) {
    return equal_ignoring_case(part->key.reveal(), key);
  });
}

// The key itself is not shown: see ConnectionStringPart.
ConnectionStringWarning unknown_key(std::string_view key, std::size_t number) {
  const auto near = nearest(key, {keys.begin(), keys.end()});
  return {"part " + std::to_string(number) + " of the connection string has a key that is unknown",
          near.empty() ? "leave it out; a value that holds ; goes in quotes"
                       : "did you mean " + std::string{near} + "?"};
}

}  // namespace

Error connection_string_error(std::string message, std::string hint) {
  return Error{
      .code = Code::connection_string, .message = std::move(message), .hint = std::move(hint)};
}

ConnectionStringKeys::ConnectionStringKeys(const std::vector<ConnectionStringPart>& parts,
                                           std::vector<ConnectionStringWarning>& warnings,
                                           Errors& errors) {
  std::vector<const ConnectionStringPart*> unknown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto key = parts[i].key.reveal();
    const auto* const known = std::find_if(
        keys.begin(), keys.end(), [&](auto name) { return equal_ignoring_case(name, key); });
    if (known == keys.end()) {
      if (any_has_key(unknown, key)) {
        errors.push_back(
            connection_string_error("a key that is unknown stands twice", "leave it out"));
      } else {
        warnings.push_back(unknown_key(key, i + 1));
      }
      unknown.push_back(&parts[i]);
      continue;
    }
    auto& place = parts_.at(static_cast<std::size_t>(known - keys.begin()));
    if (place == nullptr) {
      place = &parts[i];
      continue;
    }
    errors.push_back(
        connection_string_error(std::string{*known} + " stands twice", "leave one of the two"));
  }
}

const ConnectionStringPart* ConnectionStringKeys::find(std::string_view key) const {
  const auto* const row = std::find(keys.begin(), keys.end(), key);
  return parts_.at(static_cast<std::size_t>(row - keys.begin()));
}

std::string_view ConnectionStringKeys::value(std::string_view key) const {
  const auto* const part = find(key);
  return part == nullptr ? std::string_view{} : part->value.reveal();
}

}  // namespace kvlaunch
