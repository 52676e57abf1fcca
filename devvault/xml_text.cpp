// Escaping and times.
#include "devvault/xml_text.hpp"

#include <chrono>

#include "devvault/config_reader.hpp"
#include "devvault/times.hpp"

namespace devvault {

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string xml_time(std::int64_t seconds) {
  // "2026-01-31 09:05:07Z" with a T.
  std::string text = entra_time(WallTime{Seconds{seconds}});
  text[10] = 'T';
  return text;
}

std::optional<std::int64_t> parse_xml_time(std::string_view text) {
  const auto time = parse_date(text);
  if (!time) return std::nullopt;
  return std::chrono::floor<Seconds>(*time).time_since_epoch().count();
}

}  // namespace devvault
