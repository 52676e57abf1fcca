// The date formats, one small scanner each.
#include "providers/dates.hpp"

#include <array>
#include <cstdio>
#include <string>

#include "launcher/base/http_date.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t longest_date = 64;

std::optional<std::chrono::sys_seconds> seconds_of(const CivilTime& civil) {
  const std::chrono::year_month_day date{std::chrono::year{civil.year},
                                         std::chrono::month{static_cast<unsigned>(civil.month)},
                                         std::chrono::day{static_cast<unsigned>(civil.day)}};
  const bool in_range = civil.month >= 1 && civil.day >= 1 && civil.hour >= 0 && civil.hour <= 23 &&
                        civil.minute >= 0 && civil.minute <= 59 && civil.second >= 0 &&
                        civil.second <= 60;
  if (!date.ok() || !in_range) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{civil.hour} +
         std::chrono::minutes{civil.minute} + std::chrono::seconds{civil.second};
}

void skip_fraction(std::string_view& rest) {
  if (!rest.starts_with('.')) return;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') rest.remove_prefix(1);
}

// "", "Z", "+hh:mm" or "-hh:mm", blanks before it ignored.
std::optional<std::chrono::minutes> parse_offset(std::string_view rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.empty() || rest == "Z" || rest == "z") return std::chrono::minutes{0};
  const std::string text{rest};
  char sign = 0;
  int hours = 0;
  int minutes = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &used) != 3 ||
      static_cast<std::size_t>(used) != text.size() || (sign != '+' && sign != '-') || hours < 0 ||
      minutes < 0) {
    return std::nullopt;
  }
  const std::chrono::minutes offset{hours * 60 + minutes};
  return sign == '-' ? -offset : offset;
}

// The civil part at the front of `text`; `rest` is what follows it.
std::optional<CivilTime> scan_iso(const std::string& text, std::string_view& rest) {
  CivilTime civil;
  char separator = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c%2d:%2d:%2d%n", &civil.year, &civil.month, &civil.day,
                  &separator, &civil.hour, &civil.minute, &civil.second, &used) != 7 ||
      (separator != 'T' && separator != 't' && separator != ' ')) {
    return std::nullopt;
  }
  rest = std::string_view{text}.substr(static_cast<std::size_t>(used));
  skip_fraction(rest);
  return civil;
}

std::optional<CivilTime> scan_american(const std::string& text, std::string_view& rest) {
  CivilTime civil;
  int used = 0;
  if (std::sscanf(text.c_str(), "%2d/%2d/%4d %2d:%2d:%2d%n", &civil.month, &civil.day, &civil.year,
                  &civil.hour, &civil.minute, &civil.second, &used) != 6) {
    return std::nullopt;
  }
  rest = std::string_view{text}.substr(static_cast<std::size_t>(used));
  const bool morning = rest.starts_with(" AM");
  const bool afternoon = rest.starts_with(" PM");
  if (!morning && !afternoon) return civil;
  rest.remove_prefix(3);
  if (civil.hour < 1 || civil.hour > 12) return std::nullopt;
  civil.hour = civil.hour % 12 + (afternoon ? 12 : 0);
  return civil;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) {
  if (text.empty() || text.size() > longest_date) return std::nullopt;
  if (const auto date = http_date(text)) return date;
  const std::string owned{text};
  std::string_view rest;
  auto civil = scan_iso(owned, rest);
  if (!civil) civil = scan_american(owned, rest);
  const auto moment = civil ? seconds_of(*civil) : std::nullopt;
  const auto offset = moment ? parse_offset(rest) : std::nullopt;
  if (!offset) return std::nullopt;
  return *moment - *offset;
}

std::optional<CivilTime> parse_civil_time(std::string_view text) {
  if (text.empty() || text.size() > longest_date) return std::nullopt;
  const std::string owned{text};
  std::string_view rest;
  const auto civil = scan_iso(owned, rest);
  return civil && rest.empty() && seconds_of(*civil) ? civil : std::nullopt;
}

}  // namespace kvlaunch
