// Formatting times.
#include "devvault/times.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace devvault {
namespace {

std::tm utc(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string format(const char* pattern, WallTime time) {
  const std::tm parts = utc(time);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), pattern, &parts)};
}

}  // namespace

std::string entra_time(WallTime time) {
  return format("%Y-%m-%d %H:%M:%SZ", time);
}

std::string american_time(WallTime time) {
  return format("%m/%d/%Y %H:%M:%S", time);
}

std::string app_service_time(WallTime time) {
  const std::tm parts = utc(time);
  return std::to_string(parts.tm_mon + 1) + "/" + std::to_string(parts.tm_mday) +
         format("/%Y %H:%M:%S +00:00", time);
}

}  // namespace devvault
