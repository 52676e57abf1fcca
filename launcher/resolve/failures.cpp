// Putting equal failures together.
#include "launcher/resolve/failures.hpp"

#include <algorithm>

namespace kvlaunch {

Reach reach_of(Code code) {
  switch (code) {  // NOLINT: every other code is about one reference
    case Code::identity_configuration:
    case Code::identity_unavailable:
    case Code::identity_refused:
    case Code::identity_temporary:
    case Code::credential_file:
    case Code::authority_untrusted:
      return Reach::identity;
    case Code::reference_vault:
    case Code::dns_not_found:
    case Code::dns_failure:
    case Code::connect_failure:
    case Code::tls_untrusted:
    case Code::tls_wrong_host:
    case Code::tls_failure:
    case Code::proxy_configuration:
    case Code::proxy_refused:
    case Code::proxy_failure:
    case Code::challenge_refused:
    case Code::tenant_mismatch:
    case Code::vault_unauthorized:
    case Code::vault_forbidden_firewall:
    case Code::vault_forbidden_connection:
      return Reach::vault;
    case Code::connection_lost:
    case Code::redirect_refused:
    case Code::deadline:
    case Code::vault_throttled:
    case Code::vault_unavailable:
      return Reach::moment;
    default:
      return Reach::reference;
  }
}

Errors merge_failures(Errors errors) {
  Errors merged;
  for (Error& error : errors) {
    const bool shared = reach_of(error.code) != Reach::reference;
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Error& known) {
      return shared && known.code == error.code && known.message == error.message &&
             known.hint == error.hint;
    });
    if (same == merged.end()) {
      merged.push_back(std::move(error));
      continue;
    }
    if (error.notes.empty()) continue;
    auto& notes = same->notes;
    if (std::find(notes.begin(), notes.end(), error.notes.back()) == notes.end()) {
      notes.push_back(std::move(error.notes.back()));
    }
    // It is about no single reference, nor about one place of the manifest, any more.
    same->reference.clear();
    same->location.reset();
    if (same->vault != error.vault) same->vault.clear();
  }
  return merged;
}

Errors at_their_identities(Errors errors, const Plan& plan) {
  for (Error& error : errors) {
    if (reach_of(error.code) != Reach::identity) continue;
    const auto vault =
        std::find_if(plan.vaults.begin(), plan.vaults.end(),
                     [&](const VaultEndpoint& known) { return known.label == error.vault; });
    error.location.reset();
    if (vault == plan.vaults.end()) continue;
    error.location = plan.identities[vault->identity].where;
  }
  return errors;
}

}  // namespace kvlaunch
