// Points in time as text, in the forms Azure writes them; always UTC.
#pragma once

#include <cstdint>
#include <string>

#include "devvault/config.hpp"

namespace devvault {

// The clock counts nanoseconds in 64 bits, which end in April 2262. Times from outside are brought
// into what fits, in seconds since 1970.
inline constexpr int last_year = 2261;
inline constexpr std::int64_t last_second = 9'214'646'399;  // of that year

// "2026-01-31 09:05:07Z": Entra's error bodies.
std::string entra_time(WallTime time);
// "01/31/2026 09:05:07": within Entra's error texts.
std::string american_time(WallTime time);
// "1/31/2026 09:05:07 +00:00": App Service's 2017 protocol on Linux.
std::string app_service_time(WallTime time);

}  // namespace devvault
