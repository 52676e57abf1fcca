// Which texts are names and versions of secrets.
//
// Source: learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (names);
// versions are made by the system, always 32 hex digits.
#pragma once

#include <algorithm>
#include <string_view>

namespace devvault {

inline bool is_secret_name(std::string_view name) {
  constexpr std::size_t longest = 127;
  return !name.empty() && name.size() <= longest &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-';
         });
}

inline bool is_secret_version(std::string_view version) {
  constexpr std::size_t digits = 32;
  return version.size() == digits &&
         version.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace devvault
