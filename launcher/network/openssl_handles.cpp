// Reading OpenSSL's error queue.
#include "launcher/network/openssl_handles.hpp"

#include <openssl/err.h>

namespace kvlaunch::network {

std::string take_openssl_reason() {
  const unsigned long last = ERR_peek_last_error();
  const char* reason = last == 0 ? nullptr : ERR_reason_error_string(last);
  ERR_clear_error();
  return reason == nullptr ? "unknown reason" : reason;
}

}  // namespace kvlaunch::network
