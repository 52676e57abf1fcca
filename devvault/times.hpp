// Points in time as text, in the forms Azure writes them; always UTC.
#pragma once

#include <string>

#include "devvault/config.hpp"

namespace devvault {

// "2026-01-31 09:05:07Z": Entra's error bodies.
std::string entra_time(WallTime time);
// "01/31/2026 09:05:07": within Entra's error texts.
std::string american_time(WallTime time);
// "1/31/2026 09:05:07 +00:00": App Service's 2017 protocol on Linux.
std::string app_service_time(WallTime time);

}  // namespace devvault
