// Dates as token endpoints and developer tools write them. Pure; locale and time zone play no part.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kvlaunch {

// RFC 3339; "yyyy-MM-dd HH:mm:ss"; "M/d/yyyy HH:mm:ss" with optional AM/PM and offset (App Service
// 2017-09-01 on Linux and Windows); an HTTP date. Without an offset: UTC.
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text);

// "yyyy-MM-dd HH:mm:ss[.ffffff]" as parts of a day, for the one tool that writes local time.
struct CivilTime {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};
std::optional<CivilTime> parse_civil_time(std::string_view text);

}  // namespace kvlaunch
