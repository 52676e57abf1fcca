// Telling what this process lacks from what others did wrong.
//
// OpenSSL and the resolver answer a failed allocation or a missing descriptor with whatever their
// caller would say of bad input ("certificate key too weak", "no such host"). Such an answer must
// not become a lasting failure.
#pragma once

#include <optional>
#include <string>

#include "launcher/base/error.hpp"

namespace kvlaunch::network {

// From here on OpenSSL's failed allocations are noticed, in every thread. To be called before
// OpenSSL allocates anything; later it has no effect (CRYPTO_set_mem_functions(3)).
void watch_openssl_memory();

// Code::out_of_memory once OpenSSL has been refused memory; Code::internal while no descriptor is
// to be had. Nothing: look elsewhere for the reason. Thread-safe.
std::optional<Error> shortage();

// The same for what a system call says; `what` is what could not be done.
std::optional<Error> shortage_of(int error_number, const std::string& what);

}  // namespace kvlaunch::network
