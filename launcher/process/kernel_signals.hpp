// Masks and dispositions by raw system calls: glibc's own functions leave out signals 32 and 33,
// and handing on exactly what was inherited must not. Async-signal-safe, allocates nothing.
#pragma once

#include "launcher/process/inherited.hpp"

namespace kvlaunch {

using SignalHandler = void (*)(int);

// SIG_DFL, SIG_IGN or a handler; SIG_DFL for numbers the kernel does not know.
SignalHandler disposition_of(int signal);
// Only SIG_DFL and SIG_IGN: a handler would need glibc's restorer.
void set_disposition(int signal, SignalHandler disposition);

// Of the calling thread.
SignalSet current_mask();
void set_mask(SignalSet mask);
SignalSet pending_signals();

}  // namespace kvlaunch
