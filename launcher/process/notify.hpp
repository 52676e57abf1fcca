// Telling the service manager that the start succeeded, for targets that know no sd_notify.
#pragma once

#include "launcher/base/clock.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"

namespace kvlaunch {

// One datagram "READY=1" to NOTIFY_SOCKET: a path, or an abstract name after '@' (sd_notify(3)).
// Nothing happens where the variable is not set. Errors: Code::internal with the system's reason;
// Code::usage for an address of another kind (vsock); Code::deadline when the queue of the socket
// stays full, because nobody reads it.
Result<void> notify_ready(const Environment& environment, const Clock& clock,
                          const Deadline& deadline);

}  // namespace kvlaunch
