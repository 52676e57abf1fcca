// Reading the success answer of a token endpoint, whoever sent it: the time fields come in many
// spellings. Pure.
//
// Sources: azure-sdk-for-cpp token_credential_impl.cpp; MSAL.NET ManagedIdentityResponse.cs and
// JsonHelper; MSAL Go accesstokens/tokens.go (date formats).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "launcher/base/json.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// `access_token` with its life. `expires_in` wins over `expires_on`; lives are clamped to 48 hours.
// Errors are Code::response_malformed: no or empty token, no readable expiry, already expired.
Result<AccessToken> read_token(const Json& body, WallTime now);

// A moment as any of the sources writes it: epoch seconds (a number below 2001-01-01 counts from
// `now`), RFC 3339, "M/d/yyyy HH:mm:ss +00:00", the same with AM/PM, "yyyy-MM-dd HH:mm:ss" (UTC),
// an HTTP date. Nothing if it is none of these.
std::optional<WallTime> read_moment(const Json& value, WallTime now);

// Managed identity endpoints keep tokens for a day and cannot be made to renew them: a life of
// more than 2 hours is refreshed at half (MSAL, azidentity). Leaves an earlier refresh_at alone.
void refresh_at_half_life(AccessToken& token, WallTime now);

}  // namespace kvlaunch
