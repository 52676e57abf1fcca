// Pieces of XML that devvault writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace devvault {

// For text and double-quoted attributes, in canonical form (C14N 1.0 section 2.3).
std::string xml_escaped(std::string_view text);
// "2026-01-31T09:05:07Z" (xs:dateTime) from and to seconds since 1970.
std::string xml_time(std::int64_t seconds);
std::optional<std::int64_t> parse_xml_time(std::string_view text);

}  // namespace devvault
