// From the vault a reference names to the endpoint that will be asked, with its identity.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "launcher/plan/plan.hpp"
#include "launcher/plan/settings.hpp"

namespace kvlaunch {

// Fills Plan::vaults and Plan::identities while references are looked up; each stands there once.
// The manifest, settings and plan outlive it.
class VaultDirectory {
 public:
  VaultDirectory(const Manifest& manifest, const Settings& settings, const Environment& environment,
                 Plan& plan);

  // The index into Plan::vaults. Errors: Code::reference_vault (no default vault, unknown alias;
  // with the nearest name as hint), Code::reference_host. The caller adds the location.
  Result<std::size_t> find(const Reference& reference);
  // The same for a vault as the manifest names it; empty: the default.
  Result<std::size_t> find(const std::string& vault);

  // The identity in force where no vault says otherwise; for `token`.
  Result<std::size_t> default_identity();

 private:
  Result<std::size_t> add(const std::string& vault_text, const VaultEntry* entry);
  Result<std::size_t> find_alias_or_name(const std::string& name);
  [[nodiscard]] Result<std::size_t> at_option(Result<std::size_t> found) const;
  Result<std::size_t> find_host(const std::string& host);
  [[nodiscard]] const VaultEntry* declared_as(const std::string& vault) const;
  [[nodiscard]] bool is_default(const std::string& name) const;
  Result<std::size_t> identity_of(const VaultEntry* entry);
  Result<IdentitySpec> identity_named(const std::string& label) const;
  [[nodiscard]] IdentitySpec automatic() const;
  [[nodiscard]] const std::string& default_vault() const;

  const Manifest& manifest_;
  const Settings& settings_;
  const Environment& environment_;
  Plan& plan_;
  std::map<std::string, std::size_t> identity_by_label_;
};

// `cloud:` of the manifest, else the one AZURE_AUTHORITY_HOST belongs to, else public.
CloudName cloud_in_force(const Manifest& manifest, const Environment& environment);

}  // namespace kvlaunch
