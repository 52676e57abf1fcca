// Which hosts kvlaunch will talk to as a vault: the gate that every vault passes before a token is
// asked for it (design.md section 4, reference/key-vault.md 2.2 and 2.3).
#pragma once

#include <string_view>

#include "launcher/base/cloud.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {

// Where Microsoft Cloud Germany was until October 2021. No check passes it, but what names its
// vaults is a reference still.
inline constexpr std::string_view german_suffix = "vault.microsoftazure.de";

// `trust-host: true` on a vault of the manifest.
enum class TrustHost { no, yes };

// The origin of a vault: https, lower-case host, target "/".
//
// `vault_text` is a bare name (the suffix of `default_cloud` is added), a host with or without port
// (as in Reference::vault), or an https URL without path. Without trust: exactly one label that is
// a vault name, a known cloud's suffix after a dot, port absent or 443. With trust: any host name,
// address literal and port; still https, and still no user information, query, fragment, trailing
// dot or escape. A name without dot, port or scheme is always a vault name, trusted or not.
// Managed HSM hosts are refused either way: they hold keys and no secrets.
// Errors: Code::reference_vault for a bad name, Code::reference_host for the rest; no location.
Result<Url> check_vault_host(std::string_view vault_text, TrustHost trust, CloudName default_cloud);

// Do both lead to one origin? Compared by where they lead, not by how they are written: a name, its
// host and its URL are one vault. False where one of them does not pass the check.
bool is_same_vault(std::string_view left, std::string_view right, TrustHost trust,
                   CloudName default_cloud);

}  // namespace kvlaunch
