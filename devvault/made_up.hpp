// Ids that devvault makes up: the same input gives the same id in every run, so that journals,
// tests and pinned references stay valid from one start to the next.
#pragma once

#include <string>
#include <string_view>

namespace devvault {

// In the shape of a UUID, lower case.
std::string made_up_guid(std::string_view seed);
// 32 lower-case hex digits, as Key Vault's versions have them.
std::string made_up_version(std::string_view seed);
// A fresh one each time: request ids, trace ids, token ids.
std::string random_guid();

}  // namespace devvault
