// The lowest layer of every connection: an OpenSSL BIO over a non-blocking socket.
//
// Ours, because OpenSSL's socket BIO writes with write(2), and a peer that has gone then raises
// SIGPIPE, which would end the launcher (or, blocked, stay pending for the target).
#pragma once

#include "launcher/network/openssl_handles.hpp"

namespace kvlaunch::network {

// One per transport; outlives every BIO that it makes. Thread-safe after construction.
class SocketBio {
 public:
  SocketBio();
  // Uses `socket` and does not own it. Null when out of memory.
  [[nodiscard]] BioHandle over(int socket) const;

 private:
  struct MethodFree {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
  };
  std::unique_ptr<BIO_METHOD, MethodFree> method_;
};

}  // namespace kvlaunch::network
