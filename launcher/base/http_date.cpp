// Reading HTTP dates.
#include "launcher/base/http_date.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace kvlaunch {

// By hand: strptime follows the locale.
std::optional<std::chrono::sys_seconds> http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::string owned{text};
  std::array<char, 4> month{};
  int day = 0;
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int consumed = 0;
  if (std::sscanf(owned.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day,
                  month.data(), &year, &hour, &minute, &second, &consumed) != 6 ||
      static_cast<std::size_t>(consumed) != owned.size()) {
    return std::nullopt;
  }
  const std::size_t index = months.find(std::string_view{month.data(), 3});
  if (index == std::string_view::npos || index % 3 != 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(index / 3 + 1)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const bool in_range =
      hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
  if (!date.ok() || !in_range) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

}  // namespace kvlaunch
