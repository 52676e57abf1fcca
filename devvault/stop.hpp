// The one signal that ends every wait of the server: a descriptor that becomes readable for good.
#pragma once

#include "devvault/config.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault {

enum class Waited { ready, timed_out, stopped };

// Thread-safe; raise() is async-signal-safe too.
class Stop {
 public:
  Stop();

  void raise() const;
  [[nodiscard]] bool raised() const;
  // For polling together with something else.
  [[nodiscard]] int descriptor() const { return event_.get(); }

  // Until `events` (of poll(2)) hold on `descriptor`, `patience` is over or raise() was called.
  // Hang-ups and errors count as ready: the next read or write tells what they are.
  [[nodiscard]] Waited wait_for(int descriptor, short events, Milliseconds patience) const;
  // False when raise() cut it short.
  [[nodiscard]] bool sleep(Milliseconds length) const;

 private:
  kvlaunch::Descriptor event_;
};

}  // namespace devvault
