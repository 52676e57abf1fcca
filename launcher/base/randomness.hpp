// Random numbers as a seam: request ids, assertion ids, PKCE verifiers, jitter.
#pragma once

#include <cstdint>
#include <string>

namespace kvlaunch {

class Randomness {
 public:
  virtual ~Randomness() = default;
  // Unpredictable bits, fit for cryptographic identifiers. Thread-safe.
  virtual std::uint64_t bits() = 0;
};

// From the kernel.
class SystemRandomness final : public Randomness {
 public:
  std::uint64_t bits() override;
};

// A version 4 UUID (RFC 9562 section 5.4), lower case.
std::string random_uuid(Randomness& randomness);

// Evenly spread over [low, high).
double random_between(Randomness& randomness, double low, double high);

}  // namespace kvlaunch
