// What a 401 asks for: WWW-Authenticate taken apart and verified. Pure.
//
// Sources: RFC 7235 sections 2.1 and 4.1; Azure SDKs' Key Vault challenge policies (Go
// challenge_policy.go, .NET ChallengeBasedAuthenticationPolicy.cs, Python http_challenge.py); for
// claims challenges learn.microsoft.com/entra/identity-platform/claims-challenge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "launcher/base/result.hpp"

namespace kvlaunch {

struct Challenge {
  std::string scheme;                                           // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, in order

  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

// All challenges of all header lines, in order. Never fails: what follows no grammar is passed
// over, lines beyond 16 KiB and challenges beyond 32 are not looked at.
std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& header_lines);

// What a vault wants in the next token.
struct TokenDemand {
  std::string scope;   // "https://vault.azure.net/.default"; empty in a bare claims challenge
  std::string tenant;  // of the authority; empty in a bare claims challenge
  std::string
      claims;  // JSON of a claims challenge (access was revoked or a policy changed); or empty
};

// The demand of the Bearer challenge among `header_lines`, verified: the host of its scope must be
// `vault_host` (lower case) or a parent of it, with the dot between. Errors:
// Code::vault_unauthorized when there is no Bearer challenge at all, Code::challenge_refused for
// one that is incomplete, malformed or names another host. They name hosts, never the header.
Result<TokenDemand> read_demand(const std::vector<std::string_view>& header_lines,
                                std::string_view vault_host);

}  // namespace kvlaunch
