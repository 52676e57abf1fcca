// X.509 certificates as far as client assertions need them.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include "devvault/times.hpp"

namespace devvault {

struct Certificate {
  std::string der;
  std::shared_ptr<EVP_PKEY> key;  // public
  WallTime not_after;
};

// The first CERTIFICATE block of `pem`; nothing if there is none that OpenSSL can read.
std::optional<Certificate> read_certificate(const std::string& pem);

}  // namespace devvault
