// What an access token says of itself, for people: each claim named here, everything else left out.
//
// Nothing is decided by these: only the service a token is for may trust its claims, and Entra may
// change or encrypt them (learn.microsoft.com/entra/identity-platform/access-tokens). Names:
// learn.microsoft.com/entra/identity-platform/access-token-claims-reference; `xms_mirid`, the
// resource a managed identity belongs to, and `idtyp` are as Entra issues them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/clock.hpp"

namespace kvlaunch {

struct TokenClaims {
  enum class Type { user, app, managed_identity };

  Type type = Type::app;
  std::string audience;             // aud
  std::string tenant;               // tid
  std::string object_id;            // oid
  std::string app_id;               // appid, or azp of v2 tokens: of a user's token the program's
  std::string user;                 // upn, else preferred_username, unique_name, email
  std::string resource_id;          // xms_mirid
  std::optional<WallTime> expires;  // exp
};

// Nothing for what is no JWT (managed HSMs and emulators hand out opaque tokens). The texts are fit
// to print: one line each, without control characters.
std::optional<TokenClaims> read_token_claims(std::string_view token);

// "user", "app", "managed identity".
std::string_view name_of(TokenClaims::Type type);

// "app 2222... in tenant 1111...": who a token is for, in a few words.
std::string describe(const TokenClaims& claims);

}  // namespace kvlaunch
