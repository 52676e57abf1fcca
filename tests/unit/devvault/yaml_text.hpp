// Parsing pieces of devvault.yaml in tests.
#pragma once

#include <string>

#include "devvault/config.hpp"

namespace devvault {

inline constexpr WallTime yaml_now{Seconds{1'800'000'000}};

// The config of "version: 1" and `text`; a test failure, and an empty one, if that is refused.
Config good(const std::string& text);
// Its errors; a test failure, and one empty error, if it is taken.
kvlaunch::Errors bad(const std::string& text);
// docs/devvault.md.
std::string manual();

}  // namespace devvault
