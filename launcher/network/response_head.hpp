// The first part of a response: status and headers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/network/reader.hpp"

namespace kvlaunch::network {

struct ResponseHead {
  enum class Version { http_1_0, http_1_1 };

  Version version = Version::http_1_1;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Reads up to the empty line, passing over interim responses (1xx, RFC 9110 section 15.2).
// At most 64 KiB, 100 fields and 8 interim responses. Errors: those of Reader;
// Code::response_malformed, never with a part of what was received.
Result<ResponseHead> read_head(Reader& reader, const std::string& peer);

}  // namespace kvlaunch::network
