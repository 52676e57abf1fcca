// Walking and marking open descriptors where nothing may allocate: before main and after fork.
#pragma once

namespace kvlaunch {

// Calls `visit(descriptor, context)` for every open descriptor in ascending order, the one used for
// looking excepted. False: /proc/self/fd cannot be read. Async-signal-safe, allocates nothing.
bool visit_open_descriptors(void (*visit)(int descriptor, void* context), void* context);

// Sets CLOEXEC on every open descriptor from `first` to `last`, both included. Uses close_range
// (Linux 5.11 for CLOSE_RANGE_CLOEXEC), else goes through /proc/self/fd, else through the numbers
// below the soft limit and 65536. Async-signal-safe.
void set_close_on_exec(unsigned first, unsigned last);

}  // namespace kvlaunch
