// Reading HTTP/1.1 requests off a stream (RFC 9112), bounded in size and time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devvault/stream.hpp"
#include "launcher/base/clock.hpp"

namespace devvault {

inline constexpr std::size_t max_head_bytes = 64 * 1024;
inline constexpr std::size_t max_header_fields = 256;
// An assertion is at most 64 KiB and a secret 25 KiB: generous, and still nothing to fill memory.
inline constexpr std::size_t max_request_body_bytes = 4 * 1024 * 1024;

struct RequestHead {
  std::string method;                                        // as sent
  std::string target;                                        // as sent
  int minor_version = 1;                                     // of HTTP/1.x
  std::vector<std::pair<std::string, std::string>> headers;  // values without blanks around them

  [[nodiscard]] std::string_view header(std::string_view name) const;  // empty if there is none
};

// Does the client want the connection to stay open (RFC 9112 section 9.3)?
bool keeps_alive(const RequestHead& head);

enum class ReadOutcome {
  complete,
  closed,       // ended, broke or stayed idle before the first byte of a request
  incomplete,   // ended, broke or came too slowly within one
  malformed,    // 400
  too_large,    // 413 for a body, 431 for a head
  unsupported,  // 501: a transfer coding other than chunked
};

// One for each connection; bytes read too far stay in it for the next request.
class HttpReader {
 public:
  // Both outlive the reader.
  HttpReader(Stream& stream, const kvlaunch::Clock& clock) : stream_(stream), clock_(clock) {}

  // Waits up to 2 minutes for a request to begin (what Azure's front ends allow, roughly), then 30
  // s for all of its head.
  ReadOutcome read_head(RequestHead& head);
  // Within 60 s. Says "100 Continue" first to a client that waits for it.
  ReadOutcome read_body(const RequestHead& head, std::string& body);
  // What was read past the last request, for a CONNECT whose client spoke on at once.
  std::string take_rest() { return std::exchange(buffer_, {}); }

 private:
  ReadOutcome read_chunked(std::string& body, const kvlaunch::Deadline& deadline);
  // Takes a line off the buffer, without its CRLF or LF.
  ReadOutcome read_line(std::string& line, const kvlaunch::Deadline& deadline);
  // At least `size` bytes in the buffer.
  ReadOutcome fill(std::size_t size, const kvlaunch::Deadline& deadline);
  bool read_more(Milliseconds patience);

  Stream& stream_;
  const kvlaunch::Clock& clock_;
  std::string buffer_;
};

}  // namespace devvault
