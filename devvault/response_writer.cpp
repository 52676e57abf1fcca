// Writing responses.
#include "devvault/response_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::size_t padding_block_bytes = 64 * 1024;

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string head_of(const Response& response, std::size_t announced_bytes, After after,
                    kvlaunch::WallTime now) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string{reason_phrase(response.status)} + "\r\n";
  for (const auto& [name, value] : response.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (may_have_body(response.status)) {
    head += "Content-Length: " + std::to_string(announced_bytes) + "\r\n";
  }
  head += "Date: " + http_date(now) + "\r\n";
  head +=
      after == After::keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

bool write_padding(Stream& stream, std::size_t bytes) {
  const std::string block(std::min(bytes, padding_block_bytes), ' ');
  while (bytes > 0) {
    const std::size_t size = std::min(bytes, block.size());
    if (!stream.write(std::string_view{block}.substr(0, size))) return false;
    bytes -= size;
  }
  return true;
}

bool drip_body(Stream& stream, std::string_view body, Milliseconds pause, const Stop& stop) {
  return std::all_of(body.begin(), body.end(), [&](const char& byte) {
    return stop.sleep(pause) && stream.write({&byte, 1});
  });
}

}  // namespace

std::string http_date(kvlaunch::WallTime time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  // Not strftime: day and month names would follow the locale.
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                 days.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                                 months.at(static_cast<std::size_t>(parts.tm_mon)),
                                 parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

bool write_response(Stream& stream, const Response& response, const Manner& manner, After after,
                    kvlaunch::WallTime now, const Stop& stop) {
  const std::size_t announced = response.body.size() + manner.padding_bytes;
  std::string head = head_of(response, announced, after, now);
  if (manner.without_body || !may_have_body(response.status)) return stream.write(head);
  std::string_view body = response.body;
  if (manner.truncate) body = body.substr(0, body.size() / 2);
  if (manner.drip.count() > 0) {
    if (!stream.write(head) || !drip_body(stream, body, manner.drip, stop)) return false;
  } else {
    head += body;
    if (!stream.write(head)) return false;
  }
  return !manner.truncate && write_padding(stream, manner.padding_bytes);
}

}  // namespace devvault
