// Asking for the token, and reading its claims for people.
#include "launcher/doctor/token.hpp"

#include "launcher/resolve/vault_errors.hpp"
#include "providers/printable.hpp"
#include "providers/token_claims.hpp"

namespace kvlaunch::doctor {
namespace {

using Shared = std::shared_ptr<const AccessToken>;

std::string life(const AccessToken& token, WallTime now) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(token.expires_at - now).count();
  return std::to_string(minutes) + " min left";
}

// The audience of the v1 kind is the resource, with or without '/' at its end.
bool is_for(const std::string& audience, std::string_view scope) {
  constexpr std::string_view ending = "/.default";
  if (scope.ends_with(ending)) scope.remove_suffix(ending.size());
  std::string_view bare = audience;
  while (bare.ends_with('/')) bare.remove_suffix(1);
  while (scope.ends_with('/')) scope.remove_suffix(1);
  return equal_ignoring_case(bare, scope);
}

// v2 tokens name their audience by the id of an application, which says nothing to a reader.
bool is_url(const std::string& audience) {
  return audience.find("://") != std::string::npos;
}

Finding judge(const VaultEndpoint& vault, const TokenDemand& wanted, const AccessToken& token,
              WallTime now) {
  const std::string by = token.provider.empty() ? "" : ", by " + token.provider;
  const auto claims = read_token_claims(token.value.reveal());
  if (!claims) {
    return fine(Area::token, vault.label,
                "is there (no JWT, so it says nothing of itself)" + by + ", " + life(token, now));
  }
  const std::string seen = "for " + describe(*claims) + by + ", " + life(token, now);
  Finding finding = fine(Area::token, vault.label, seen);
  if (is_url(claims->audience) && !is_for(claims->audience, wanted.scope)) {
    finding = problem(
        Area::token, vault.label,
        Error{.code = Code::vault_unauthorized,
              .message = seen + "; its audience is " + claims->audience + ", not the vault's",
              .hint = "set `cloud:` or AZURE_AUTHORITY_HOST to the vault's cloud"});
  }
  if (!wanted.tenant.empty() && !claims->tenant.empty() &&
      !equal_ignoring_case(claims->tenant, wanted.tenant)) {
    finding = problem(
        Area::token, vault.label,
        Error{.code = Code::tenant_mismatch,
              .message = seen + "; the vault belongs to tenant " + first_line(wanted.tenant),
              .hint = "use an identity of the vault's tenant"});
  }
  finding.details = {"audience " + claims->audience, "object id " + claims->object_id};
  if (!claims->resource_id.empty()) finding.details.push_back("resource " + claims->resource_id);
  if (claims->expires) finding.details.push_back("expires " + utc_text(*claims->expires));
  return finding;
}

}  // namespace

Finding examine_token(const VaultEndpoint& vault, const std::optional<TokenDemand>& demand,
                      TokenSource& identity, World& world, const Deadline& deadline) {
  TokenDemand wanted{.scope = vault.scope, .tenant = "", .claims = ""};
  if (demand) wanted.tenant = demand->tenant;
  if (demand && vault.scope.empty()) wanted.scope = demand->scope;
  if (wanted.scope.empty()) {
    Finding finding = skipped(Area::token, vault.label, "only the challenge can tell what for");
    finding.next_step = "set `scope:` of this vault";
    return finding;
  }
  if (vault.trust_host && is_known_clouds_scope(wanted.scope)) {
    return problem(Area::token, vault.label,
                   Error{.code = Code::challenge_refused,
                         .message = "not asked for: " + first_line(wanted.scope) +
                                    " is for Azure's own vaults alone",
                         .hint = "set `scope:` to what this vault's tokens are issued for"});
  }
  auto token = identity.token(TokenRequest{.scope = wanted.scope}, deadline);
  if (!token) return problem(Area::token, vault.label, token.error());
  Finding finding = judge(vault, wanted, **token, world.clock.wall());
  if (finding.code != Code::tenant_mismatch) return finding;
  auto again =
      identity.token(TokenRequest{.scope = wanted.scope, .tenant = wanted.tenant}, deadline);
  if (!again) return finding;
  return judge(vault, wanted, **again, world.clock.wall());
}

}  // namespace kvlaunch::doctor
