// The real Loopback: a small HTTP server for one answer of one browser.
#pragma once

#include "launcher/base/loopback.hpp"

namespace kvlaunch {

// `clock` must be the steady clock of this machine and outlive every listener.
//
// Browsers open connections that they never use and ask for icons: several connections are read at
// once, the oldest goes when there are too many, and a request that is too large or no GET ends its
// connection.
class SystemLoopback final : public Loopback {
 public:
  explicit SystemLoopback(const Clock& clock) : clock_(clock) {}
  Result<std::unique_ptr<LoopbackListener>> listen() override;

 private:
  const Clock& clock_;
};

}  // namespace kvlaunch
