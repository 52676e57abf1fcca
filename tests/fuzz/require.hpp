// What a fuzz target holds its subject to, beside not crashing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kvlaunch::fuzz {

// Ends the run with a report and the input that led here.
inline void require(bool held) {
  if (!held) __builtin_trap();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace kvlaunch::fuzz
