// Looking vaults and identities up.
#include "launcher/plan/vaults.hpp"

#include <algorithm>

#include "launcher/base/cloud.hpp"
#include "launcher/base/nearest.hpp"
#include "launcher/base/url.hpp"
#include "launcher/manifest/host_check.hpp"

namespace kvlaunch {
namespace {

Error vault_error(std::string message, std::string hint) {
  return Error{
      .code = Code::reference_vault, .message = std::move(message), .hint = std::move(hint)};
}

constexpr const char* library_variable = "AzureServicesAuthConnectionString";
constexpr const char* own_variable = "KVLAUNCH_CONNECTION_STRING";

// The text stays in the variable: an identity holds no secret.
IdentitySpec connection_string_in(const char* variable) {
  return IdentitySpec{
      .type = IdentitySpec::Type::connection_string,
      .label = variable,
      .connection_string_source = SecretSource{SecretSource::Kind::environment, variable},
      .where = Location{.file = std::string{"the variable "} + variable}};
}

}  // namespace

CloudName cloud_in_force(const Manifest& manifest, const Environment& environment) {
  if (manifest.cloud) return *manifest.cloud;
  const auto authority = environment.get_non_empty("AZURE_AUTHORITY_HOST");
  if (!authority) return CloudName::public_cloud;
  // Written with or without the scheme; a value that is neither is for the providers to refuse.
  const bool has_scheme = authority->find("://") != std::string_view::npos;
  const auto url =
      parse_url(has_scheme ? std::string{*authority} : "https://" + std::string{*authority});
  const Cloud* cloud = url ? cloud_of_authority(url->host) : nullptr;
  return cloud == nullptr ? CloudName::public_cloud : cloud->name;
}

VaultDirectory::VaultDirectory(const Manifest& manifest, const Settings& settings,
                               const Environment& environment, Plan& plan)
    : manifest_(manifest), settings_(settings), environment_(environment), plan_(plan) {}

const std::string& VaultDirectory::default_vault() const {
  return settings_.vault.empty() ? manifest_.vault : settings_.vault;
}

Result<std::size_t> VaultDirectory::find(const Reference& reference) {
  switch (reference.vault_form) {
    case Reference::VaultForm::default_vault:
      return find(std::string{});
    case Reference::VaultForm::name_or_alias:
      return find_alias_or_name(reference.vault);
    case Reference::VaultForm::host:
      return find_host(reference.vault);
  }
  return vault_error("a reference of no known form", "");
}

Result<std::size_t> VaultDirectory::find(const std::string& vault) {
  const std::string& name = vault.empty() ? default_vault() : vault;
  if (name.empty()) {
    return vault_error("no vault is named and there is no default",
                       "set `vault: NAME` in the manifest, pass --vault NAME, or write "
                       "kv://VAULT/NAME");
  }
  const auto alias = manifest_.vaults.find(name);
  if (alias != manifest_.vaults.end()) return add(alias->second.vault, &alias->second);
  // The default may be any vault; a named one must be known once the manifest declares vaults.
  if (vault.empty()) return at_option(find_host(name));
  return find_alias_or_name(vault);
}

// What --vault names is wrong there, and not where it is used; the manifest's default was judged
// when it was read.
Result<std::size_t> VaultDirectory::at_option(Result<std::size_t> found) const {
  if (found || settings_.vault.empty()) return found;
  for (Error& error : found.errors()) {
    if (!error.location) error.location = Location{.file = "--vault"};
  }
  return found;
}

Result<std::size_t> VaultDirectory::find_alias_or_name(const std::string& name) {
  const auto alias = manifest_.vaults.find(name);
  if (alias != manifest_.vaults.end()) return add(alias->second.vault, &alias->second);
  if (name.find('.') != std::string::npos || name.find("://") != std::string::npos) {
    return find_host(name);
  }
  if (const VaultEntry* entry = declared_as(name)) return add(entry->vault, entry);
  if (manifest_.vaults.empty() || is_default(name)) return add(name, nullptr);

  std::vector<std::string_view> candidates;
  for (const auto& [known, entry] : manifest_.vaults) {
    candidates.emplace_back(known);
    candidates.emplace_back(entry.vault);
  }
  candidates.emplace_back(default_vault());
  const auto near = nearest(name, candidates);
  return vault_error("'" + name + "' is neither an alias nor a vault of this manifest",
                     near.empty() ? "declare it under `vaults:`"
                                  : "did you mean '" + std::string{near} +
                                        "'? a vault of another name is declared under `vaults:`");
}

Result<std::size_t> VaultDirectory::find_host(const std::string& host) {
  if (const VaultEntry* entry = declared_as(host)) return add(entry->vault, entry);
  return add(host, nullptr);
}

const VaultEntry* VaultDirectory::declared_as(const std::string& vault) const {
  for (const auto& [unused, entry] : manifest_.vaults) {
    const auto trust = entry.trust_host ? TrustHost::yes : TrustHost::no;
    if (is_same_vault(vault, entry.vault, trust, plan_.cloud)) return &entry;
  }
  return nullptr;
}

bool VaultDirectory::is_default(const std::string& name) const {
  return is_same_vault(name, default_vault(), TrustHost::no, plan_.cloud);
}

Result<std::size_t> VaultDirectory::add(const std::string& vault_text, const VaultEntry* entry) {
  const auto trust = entry != nullptr && entry->trust_host ? TrustHost::yes : TrustHost::no;
  auto origin = check_vault_host(vault_text, trust, plan_.cloud);
  if (!origin) return std::move(origin).errors();
  const Cloud* cloud = cloud_of_vault_host(origin->host);
  auto identity = identity_of(entry);
  if (!identity) return identity;

  const auto known =
      std::find_if(plan_.vaults.begin(), plan_.vaults.end(), [&](const VaultEndpoint& endpoint) {
        return endpoint.origin.origin() == origin->origin() && endpoint.identity == *identity;
      });
  if (known != plan_.vaults.end()) return static_cast<std::size_t>(known - plan_.vaults.begin());

  VaultEndpoint endpoint{.origin = *origin,
                         .label = origin->authority(),
                         .identity = *identity,
                         .trust_host = cloud == nullptr,
                         .scope = cloud == nullptr ? "" : std::string{cloud->vault_scope}};
  if (entry != nullptr) {
    if (!entry->scope.empty()) endpoint.scope = entry->scope;
    if (!entry->alias.empty()) endpoint.label = entry->alias + " (" + origin->authority() + ")";
  }
  plan_.vaults.push_back(std::move(endpoint));
  return plan_.vaults.size() - 1;
}

IdentitySpec VaultDirectory::automatic() const {
  // The old library's variable replaces the chain, and only the chain. As there, a string given as
  // an argument keeps it from being looked at, even a blank one.
  if (!settings_.connection_string && !is_blank(environment_.get(library_variable).value_or(""))) {
    return connection_string_in(library_variable);
  }
  return IdentitySpec{.type = IdentitySpec::Type::automatic, .label = "auto"};
}

Result<IdentitySpec> VaultDirectory::identity_named(const std::string& label) const {
  const auto named = manifest_.identities.find(label);
  if (named != manifest_.identities.end()) return named->second;
  const auto type = identity_type_named(label);
  if (type == IdentitySpec::Type::automatic) return automatic();
  if (type && *type != IdentitySpec::Type::connection_string) {
    return IdentitySpec{.type = *type, .label = label};
  }
  return Error{.code = Code::identity_configuration,
               .message = "'" + label + "' is neither an identity of the manifest nor a type",
               .hint = "declare it under `identities:`, or name a type such as managed-identity"};
}

Result<std::size_t> VaultDirectory::default_identity() {
  return identity_of(nullptr);
}

Result<std::size_t> VaultDirectory::identity_of(const VaultEntry* entry) {
  Result<IdentitySpec> spec = automatic();
  // The command line replaces every identity, those of single vaults too.
  if (settings_.connection_string && !is_blank(*settings_.connection_string)) {
    spec = IdentitySpec{.type = IdentitySpec::Type::connection_string,
                        .label = "--connection-string",
                        .connection_string = *settings_.connection_string,
                        .where = Location{.file = "--connection-string"}};
  } else if (settings_.connection_string_in_variable) {
    spec = connection_string_in(own_variable);
  } else if (!settings_.identity.empty()) {
    spec = identity_named(settings_.identity);
  } else if (entry != nullptr && entry->inline_identity) {
    spec = *entry->inline_identity;
    spec->label = "vaults." + entry->alias + ".identity";
  } else if (entry != nullptr && !entry->identity.empty()) {
    spec = identity_named(entry->identity);
  } else if (manifest_.identity && (manifest_.identity->type != IdentitySpec::Type::automatic ||
                                    !manifest_.identity->chain.empty())) {
    spec = *manifest_.identity;
  }
  if (!spec) return std::move(spec).errors();

  const auto known = identity_by_label_.find(spec->label);
  if (known != identity_by_label_.end()) return known->second;
  identity_by_label_.emplace(spec->label, plan_.identities.size());
  plan_.identities.push_back(std::move(spec).value());
  return plan_.identities.size() - 1;
}

}  // namespace kvlaunch
