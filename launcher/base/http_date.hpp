// Dates as HTTP headers carry them: Retry-After, Date.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kvlaunch {

// The preferred form of RFC 9110 5.6.7, "Sun, 06 Nov 1994 08:49:37 GMT". The two obsolete forms
// are never sent by the services asked here. In seconds, because the wall clock's own unit
// overflows in the year 2262. Nothing if the text is anything else.
std::optional<std::chrono::sys_seconds> http_date(std::string_view text);

}  // namespace kvlaunch
