// SAML assertions as AD FS issues them, signed with devvault's own key, and their check.
//
// Written in canonical form (exclusive XML canonicalization), so that the signature is a valid XML
// Signature; checked byte by byte, which is stricter: a client that rewrites the assertion in any
// way is refused. Sources: SAML 1.1 and 2.0 core; XML Signature, RFC 4051.
#pragma once

#include <optional>
#include <string>

#include "devvault/config.hpp"
#include "devvault/tokens.hpp"

namespace devvault {

struct Assertion {
  SamlVersion version = SamlVersion::v1_1;
  std::string issuer;    // of the federation server
  std::string audience;  // "urn:federation:MicrosoftOnline"
  std::string user;      // UPN
  std::int64_t not_before = 0;
  std::int64_t expires = 0;  // seconds since 1970
};

// `id` is the assertion's own.
std::string write_assertion(const Assertion& assertion, const std::string& id,
                            const TokenIssuer& signer);

// Nothing unless `xml` is an assertion of write_assertion(), signed by this signer and unchanged;
// times, issuer and audience are the caller's to judge.
std::optional<Assertion> read_assertion(std::string_view xml, const TokenIssuer& signer);

}  // namespace devvault
