// Reading HTTP/1.1 requests: strict where requests could be smuggled, lenient nowhere else either.
#include "devvault/http_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr Milliseconds idle_patience{120'000};
constexpr Milliseconds head_patience{30'000};
constexpr Milliseconds body_patience{60'000};
constexpr std::size_t max_chunk_line_bytes = 1024;
constexpr std::size_t max_chunks = 64 * 1024;

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && c != '\t') || code == 0x7F;
  });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> to_size(std::string_view text, int base) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// "GET /path HTTP/1.1"
bool parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return false;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return false;
  head.minor_version = version.back() - '0';
  return is_token(head.method) && !head.target.empty() &&
         head.target.find_first_of(" \t") == std::string::npos && is_printable(head.target);
}

bool parse_field(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  // Blanks before the colon and folded lines are refused (RFC 9112 sections 5.1 and 5.2).
  if (!is_token(name) || !is_printable(value)) return false;
  head.headers.emplace_back(name, value);
  return true;
}

std::size_t count_of(const RequestHead& head, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      head.headers.begin(), head.headers.end(),
      [&](const auto& field) { return kvlaunch::equal_ignoring_case(field.first, name); }));
}

}  // namespace

std::string_view RequestHead::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& field) {
    return kvlaunch::equal_ignoring_case(field.first, name);
  });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

bool keeps_alive(const RequestHead& head) {
  const std::string wish = kvlaunch::to_lower(head.header("Connection"));
  if (wish.find("close") != std::string::npos) return false;
  return head.minor_version >= 1 || wish.find("keep-alive") != std::string::npos;
}

bool HttpReader::read_more(Milliseconds patience) {
  std::array<char, 16 * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const ReadResult result = stream_.read(bytes, patience);
  if (result.status != ReadResult::Status::data) return false;
  buffer_.append(bytes.data(), result.size);
  return true;
}

ReadOutcome HttpReader::fill(std::size_t size, const kvlaunch::Deadline& deadline) {
  while (buffer_.size() < size) {
    if (deadline.passed(clock_) || !read_more(deadline.remaining(clock_))) {
      return ReadOutcome::incomplete;
    }
  }
  return ReadOutcome::complete;
}

ReadOutcome HttpReader::read_line(std::string& line, const kvlaunch::Deadline& deadline) {
  std::size_t searched = 0;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find('\n', searched)) == std::string::npos) {
    searched = buffer_.size();
    if (searched > max_chunk_line_bytes) return ReadOutcome::malformed;
    if (fill(searched + 1, deadline) != ReadOutcome::complete) return ReadOutcome::incomplete;
  }
  line = buffer_.substr(0, end);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  buffer_.erase(0, end + 1);
  return ReadOutcome::complete;
}

ReadOutcome HttpReader::read_head(RequestHead& head) {
  head = {};
  // Empty lines before a request are skipped (RFC 9112 section 2.2).
  for (;;) {
    buffer_.erase(0, std::min(buffer_.find_first_not_of("\r\n"), buffer_.size()));
    if (!buffer_.empty()) break;
    if (!read_more(idle_patience)) return ReadOutcome::closed;
  }
  const auto deadline = kvlaunch::Deadline::in(clock_, head_patience);
  std::size_t searched = 0;
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n", searched)) == std::string::npos) {
    if (buffer_.size() > max_head_bytes) return ReadOutcome::too_large;
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    if (fill(buffer_.size() + 1, deadline) != ReadOutcome::complete) {
      return ReadOutcome::incomplete;
    }
  }
  if (end > max_head_bytes) return ReadOutcome::too_large;
  const std::string text = buffer_.substr(0, end);
  buffer_.erase(0, end + 4);
  std::size_t start = text.find("\r\n");
  if (!parse_request_line(std::string_view{text}.substr(0, start), head)) {
    return ReadOutcome::malformed;
  }
  while (start != std::string::npos) {
    start += 2;
    const std::size_t next = text.find("\r\n", start);
    const std::string_view line = std::string_view{text}.substr(
        start, next == std::string::npos ? std::string_view::npos : next - start);
    if (head.headers.size() == max_header_fields) return ReadOutcome::too_large;
    if (!parse_field(line, head)) return ReadOutcome::malformed;
    start = next;
  }
  return ReadOutcome::complete;
}

ReadOutcome HttpReader::read_body(const RequestHead& head, std::string& body) {
  body.clear();
  const std::string coding = kvlaunch::to_lower(head.header("Transfer-Encoding"));
  const std::string_view length = head.header("Content-Length");
  if (coding.empty() && length.empty()) return ReadOutcome::complete;
  // Both, or one of them twice, is how requests are smuggled (RFC 9112 section 6.3).
  if (count_of(head, "Content-Length") + count_of(head, "Transfer-Encoding") != 1) {
    return ReadOutcome::malformed;
  }
  if (!coding.empty() && coding != "chunked") return ReadOutcome::unsupported;
  const std::optional<std::size_t> size = coding.empty() ? to_size(length, 10) : std::size_t{0};
  if (!size) return ReadOutcome::malformed;
  if (*size > max_request_body_bytes) return ReadOutcome::too_large;
  if (buffer_.empty() && kvlaunch::equal_ignoring_case(head.header("Expect"), "100-continue") &&
      !stream_.write("HTTP/1.1 100 Continue\r\n\r\n")) {
    return ReadOutcome::incomplete;
  }
  const auto deadline = kvlaunch::Deadline::in(clock_, body_patience);
  if (!coding.empty()) return read_chunked(body, deadline);
  const ReadOutcome filled = fill(*size, deadline);
  if (filled != ReadOutcome::complete) return filled;
  body = buffer_.substr(0, *size);
  buffer_.erase(0, *size);
  return ReadOutcome::complete;
}

ReadOutcome HttpReader::read_chunked(std::string& body, const kvlaunch::Deadline& deadline) {
  std::string line;
  for (std::size_t chunk = 0; chunk < max_chunks; ++chunk) {
    if (const auto outcome = read_line(line, deadline); outcome != ReadOutcome::complete) {
      return outcome;
    }
    const std::string_view digits = trimmed(std::string_view{line}.substr(0, line.find(';')));
    const std::optional<std::size_t> size = to_size(digits, 16);
    if (!size) return ReadOutcome::malformed;
    if (*size > max_request_body_bytes - body.size()) return ReadOutcome::too_large;
    if (*size == 0) {
      // The trailer section: read and dropped, up to the empty line.
      for (std::size_t fields = 0; fields < max_header_fields; ++fields) {
        const auto outcome = read_line(line, deadline);
        if (outcome != ReadOutcome::complete || line.empty()) return outcome;
      }
      return ReadOutcome::too_large;
    }
    if (const auto outcome = fill(*size + 2, deadline); outcome != ReadOutcome::complete) {
      return outcome;
    }
    if (buffer_.compare(*size, 2, "\r\n") != 0) return ReadOutcome::malformed;
    body.append(buffer_, 0, *size);
    buffer_.erase(0, *size + 2);
  }
  return ReadOutcome::too_large;
}

}  // namespace devvault
