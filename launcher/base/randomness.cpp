// getrandom(2), and what is derived from it.
#include "launcher/base/randomness.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace kvlaunch {

std::uint64_t SystemRandomness::bits() {
  std::uint64_t value = 0;
  // The kernel's and not OpenSSL's, which fails where memory is short. Up to 256 bytes come whole;
  // a signal can only interrupt the wait for the generator's first seed.
  ssize_t size = 0;
  do {
    size = getrandom(&value, sizeof value, 0);
  } while (size < 0 && errno == EINTR);
  // Without a working generator no assertion or verifier is safe: there is nothing to fall back to.
  if (size != static_cast<ssize_t>(sizeof value)) std::abort();
  return value;
}

std::string random_uuid(Randomness& randomness) {
  const std::uint64_t high = (randomness.bits() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (randomness.bits() & ~(0xC0ULL << 56U)) | (0x80ULL << 56U);
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx",
                static_cast<unsigned>(high >> 32U), static_cast<unsigned>(high >> 16U & 0xFFFFU),
                static_cast<unsigned>(high & 0xFFFFU), static_cast<unsigned>(low >> 48U),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFULL));
  return text.data();
}

double random_between(Randomness& randomness, double low, double high) {
  constexpr double scale = 1.0 / 9007199254740992.0;  // 2^-53: a double holds 53 bits exactly
  return low + (high - low) * static_cast<double>(randomness.bits() >> 11U) * scale;
}

}  // namespace kvlaunch
