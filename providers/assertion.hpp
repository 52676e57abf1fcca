// Client assertions: short-lived tokens that an app signs itself to prove that it has the key.
//
// Source: learn.microsoft.com/entra/identity-platform/certificate-credentials; RFC 7523 section 3;
// RFC 7515 4.1.6 to 4.1.8 (x5c, x5t, x5t#S256).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "launcher/base/result.hpp"
#include "providers/certificate_file.hpp"

namespace kvlaunch {

enum class AssertionStyle {
  entra,  // PS256 and x5t#S256
  adfs,   // RS256 and x5t
};

struct AssertionClaims {
  std::string audience;   // exactly the URL of the token endpoint that is asked
  std::string client_id;  // issuer and subject
  std::string id;         // fresh each time
  std::chrono::sys_seconds not_before;
};

enum class CertificateChain { leave_out, send };  // x5c: what subject name and issuer trust needs

// Valid for 10 minutes from `not_before`. Errors: Code::identity_configuration when the key cannot
// sign this way.
Result<Secret> make_assertion(const SigningCertificate& certificate, const AssertionClaims& claims,
                              AssertionStyle style, CertificateChain chain);

// Upper-case hex, as the portal shows them. Empty if OpenSSL refuses the digest (FIPS and SHA-1).
struct Thumbprints {
  std::string sha1;
  std::string sha256;
};
Thumbprints thumbprints_of(const SigningCertificate& certificate);

}  // namespace kvlaunch
