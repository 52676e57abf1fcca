// What the managed identity endpoints have in common: which identity is meant, and its token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

// The query parameters by which a protocol selects a user-assigned identity; empty: it cannot.
struct SelectorNames {
  std::string_view client_id;
  std::vector<std::string_view> object_id;  // synonyms
  std::string_view resource_id;
};

enum class SelectionFailure {
  unknown,    // none has that id, or there is no managed identity at all
  ambiguous,  // several user-assigned ones, and none was named
  too_many,   // more than one selector
};

// Without a selector: the system-assigned identity, else the only managed one there is.
std::variant<const Identity*, SelectionFailure> select_identity(const Config& config,
                                                                const Request& request,
                                                                const SelectorNames& names);

// The managed identity of a platform where requests do not say whose they are: the one whose
// variables clients get, else the first in the file. nullptr if none has that platform.
const Identity* identity_on(const Config& config, Platform platform);

// Nothing if no cloud's tenant knows the resource.
std::optional<AccessToken> managed_token(const Config& config, const TokenIssuer& tokens,
                                         const Identity& identity, const std::string& resource);

// Plain http on loopback or on the link-local address that is IMDS's own.
bool addresses_this_node(const Request& request);

}  // namespace devvault
