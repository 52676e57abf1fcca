// KeyVaultCertificateSecretIdentifier: the secret in which Key Vault keeps a certificate with its
// key. Pure.
//
// Source: AppAuthentication Clients/KeyVault/KeyVaultClient.cs.
#pragma once

#include <string>
#include <string_view>

#include "launcher/base/result.hpp"

namespace kvlaunch {

// "https://HOST/secrets/NAME[/VERSION]", host in lower case. HOST must be a vault of a known cloud:
// a token goes there. The error's message goes on from the key's name and holds no part of `text`.
Result<std::string> parse_certificate_identifier(std::string_view text);

}  // namespace kvlaunch
