// Foreign text in messages: one line, bounded, no control characters, nothing that was secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kvlaunch {

inline constexpr std::size_t longest_foreign_line = 300;

// The first line of `text`, cut after 300 bytes at a character border, control characters and
// malformed UTF-8 replaced by '?'. Empty if it contains one of `secrets` (empty ones ignored):
// a server may repeat what it was sent.
std::string first_line(std::string_view text, const std::vector<std::string_view>& secrets = {});

// All of `text` on one line: control characters and malformed UTF-8 replaced by '?'.
std::string without_controls(std::string_view text);

}  // namespace kvlaunch
