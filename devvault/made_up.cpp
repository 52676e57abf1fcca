// Ids from a hash of their seed, or from the system's randomness.
#include "devvault/made_up.hpp"

#include "devvault/jwt.hpp"
#include "launcher/base/randomness.hpp"

namespace devvault {

std::string made_up_guid(std::string_view seed) {
  const std::string digits = hex(sha256(seed));
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-4" + digits.substr(13, 3) + "-8" +
         digits.substr(17, 3) + "-" + digits.substr(20, 12);
}

std::string made_up_version(std::string_view seed) {
  return hex(sha256(seed)).substr(0, 32);
}

std::string random_guid() {
  kvlaunch::SystemRandomness randomness;
  return kvlaunch::random_uuid(randomness);
}

}  // namespace devvault
