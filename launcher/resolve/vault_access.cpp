// Learning from challenges, and asking the identity once for everybody.
#include "launcher/resolve/vault_access.hpp"

namespace kvlaunch {

// Without a configured tenant the token is asked for all the same: most identities have a tenant of
// their own (managed identities and az always do), and if it is the wrong one the vault's 401 says
// so. Asking the vault first would cost every start a round trip.
Result<VaultAccess::Grant> VaultAccess::grant(const Deadline& deadline) {
  const std::lock_guard lock{mutex_};
  if (failure_) return *failure_;
  if (!scope_known_ && !vault_.scope.empty()) {
    if (auto adopted = adopt_scope(vault_.scope); !adopted) {
      failure_ = adopted.error();
      return *failure_;
    }
  }
  if (!scope_known_) return Grant{.token = nullptr, .generation = generation_};
  if (!token_) {
    auto token = identity_.token(request_, deadline);
    if (!token) {
      failure_ = explained(token.error());
      return *failure_;
    }
    token_ = std::move(*token);
  }
  return Grant{.token = token_, .generation = generation_};
}

Result<VaultAccess::Learnt> VaultAccess::learn(const HttpResponse& answer, const Grant& refused) {
  const std::lock_guard lock{mutex_};
  if (failure_) return *failure_;
  if (refused.generation != generation_) return Learnt::already;
  const auto demand = read_demand(answer.all_headers("WWW-Authenticate"), vault_.origin.host);
  if (!demand) return demand.errors();

  const bool wants_claims = !demand->claims.empty();
  if (wants_claims && !scope_known_) {
    return Error{.code = Code::challenge_refused,
                 .message = "the vault asks for claims before it has named a resource"};
  }
  if (!wants_claims) {
    // A configured scope stays: the manifest knows better what a vault of its own wants.
    if (!vault_.trust_host || vault_.scope.empty()) {
      if (auto adopted = adopt_scope(demand->scope); !adopted) return adopted.errors();
    }
    adopt_tenant(demand->tenant);
  }
  if (refused.token) identity_.reject(request_, *refused.token);
  request_.claims = demand->claims;
  token_.reset();
  ++generation_;
  log_.note(vault_.label + ": the vault's challenge asks for a token " +
            (wants_claims ? "with further claims"
                          : "for " + request_.scope + " from tenant " + demand->tenant));
  return wants_claims ? Learnt::claims : Learnt::ordinary;
}

Result<void> VaultAccess::adopt_scope(const std::string& scope) {
  if (vault_.trust_host && is_known_clouds_scope(scope)) {
    return Error{.code = Code::challenge_refused,
                 .message = vault_.label + " wants a token for " + scope +
                            ", which is for Azure's own vaults alone",
                 .hint =
                     "a vault behind `trust-host: true` needs a scope of its own: set `scope:` "
                     "to what its tokens are issued for"};
  }
  request_.scope = scope;
  scope_known_ = true;
  return {};
}

void VaultAccess::adopt_tenant(const std::string& tenant) {
  const std::string configured = identity_.configured_tenant();
  // AD FS has one tenant and goes by this name whatever the vault says (as in the Azure SDKs).
  if (equal_ignoring_case(configured, "adfs")) return;
  if (!configured.empty() && equal_ignoring_case(configured, tenant)) return;
  request_.tenant = tenant;
  if (!configured.empty()) foreign_tenant_ = tenant;
}

// The identity does not know why it was asked for another tenant; here it is known.
Error VaultAccess::explained(Error error) const {
  if (foreign_tenant_.empty() || exit_class_of(error.code) == ExitClass::temporary) return error;
  const std::string configured = identity_.configured_tenant();
  Error mismatch{.code = Code::tenant_mismatch,
                 .message = vault_.label + " belongs to tenant " + foreign_tenant_ +
                            ", the identity is configured for tenant " + configured,
                 .hint =
                     "set the tenant of the vault's subscription, or allow this one: "
                     "AZURE_ADDITIONALLY_ALLOWED_TENANTS=" +
                     foreign_tenant_,
                 .notes = std::move(error.notes)};
  // Where the identity says just that, once is enough.
  if (error.code == Code::tenant_mismatch) return mismatch;
  if (!error.hint.empty()) mismatch.notes.insert(mismatch.notes.begin(), error.hint);
  mismatch.notes.insert(mismatch.notes.begin(), error.message);
  return mismatch;
}

}  // namespace kvlaunch
