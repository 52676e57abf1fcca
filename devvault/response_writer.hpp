// Putting an answer on the wire, whole or in one of the ways in which answers go wrong.
#pragma once

#include "devvault/exchange.hpp"
#include "devvault/stop.hpp"
#include "devvault/stream.hpp"
#include "launcher/base/clock.hpp"

namespace devvault {

enum class After { keep_alive, close };

// How the body travels.
struct Manner {
  bool truncate = false;          // announce all of it, send half
  Milliseconds drip{0};           // between single bytes; 0: all at once
  std::size_t padding_bytes = 0;  // sent after the body and part of its announced length
  bool without_body = false;      // the answer to HEAD
};

// True when all that was announced has been sent. Adds Date, Content-Length and Connection.
// An ordinary answer is one write, head and body together.
bool write_response(Stream& stream, const Response& response, const Manner& manner, After after,
                    kvlaunch::WallTime now, const Stop& stop);

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(kvlaunch::WallTime time);

}  // namespace devvault
