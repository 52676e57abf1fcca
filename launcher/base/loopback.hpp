// Waiting for a browser of this machine to come back with an answer (RFC 8252 section 7.3), as a
// seam.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"

namespace kvlaunch {

struct LoopbackAnswer {
  int status = 200;
  std::string page;   // HTML; of our own words only
  bool last = false;  // what was waited for has come
};

class LoopbackListener {
 public:
  virtual ~LoopbackListener() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  // Serves GET requests: `answer` gets the target of each ("/?code=..."), until one is the last.
  // Errors: Code::deadline.
  virtual Result<void> serve(const std::function<LoopbackAnswer(std::string_view target)>& answer,
                             const Deadline& deadline) = 0;
};

class Loopback {
 public:
  virtual ~Loopback() = default;
  // On 127.0.0.1 and a free port, until the listener goes. Errors: Code::internal with the system's
  // reason.
  virtual Result<std::unique_ptr<LoopbackListener>> listen() = 0;
};

}  // namespace kvlaunch
