// The files clients are pointed at: who to trust. They hold public certificates only.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"

namespace devvault {

// The system's roots as PEM text: $SSL_CERT_FILE if it was inherited, else the first bundle of the
// usual places. At most 8 MiB. For --forward, where clients reach real hosts as well.
kvlaunch::Result<std::string> system_roots(const kvlaunch::Environment& inherited);

// All certificates of `pem` in a PKCS#12 file that Java takes as trust store: each carries the
// attribute trustedKeyUsage (2.16.840.1.113894.746875.1.1, anyExtendedKeyUsage), without which Java
// ignores it. Certificates that cannot be read are left out.
kvlaunch::Result<std::string> java_trust_store(const std::string& pem, std::string_view password);

}  // namespace devvault
