// WS-Trust: asking a federation server to issue a SAML assertion, and reading what it answers.
//
// Sources: WS-Trust 1.3 (OASIS, 200512) and February 2005; MSAL.NET WsTrust/WsTrustEndpoint.cs
// (the request that AD FS is known to take), WsTrustResponse.cs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/world.hpp"
#include "providers/mex.hpp"

namespace kvlaunch {

enum class SamlVersion { v1_1, v2_0 };

// As it was received, byte for byte: its signature covers them.
struct SamlAssertion {
  Secret xml;
  SamlVersion version = SamlVersion::v1_1;
};

// Views: the caller keeps them alive.
struct UserPassword {
  std::string_view user;
  std::string_view password;
};

// The SOAP message; with a password it is in there, in the clear within TLS. Error:
// identity_configuration for a character that XML cannot carry.
Result<Secret> ws_trust_message(World& world, const WsTrustEndpoint& endpoint,
                                std::string_view audience,
                                const std::optional<UserPassword>& password);

// POST, ready to be sent once: an assertion is issued for each.
HttpRequest ws_trust_request(const WsTrustEndpoint& endpoint, Secret message);

// Errors: identity_refused with the server's reason for a SOAP fault, redirect_refused,
// identity_temporary, response_malformed. `secrets` are never quoted back.
Result<SamlAssertion> read_ws_trust_answer(const WsTrustEndpoint& endpoint,
                                           const HttpResponse& response,
                                           const std::vector<std::string_view>& secrets = {});

}  // namespace kvlaunch
