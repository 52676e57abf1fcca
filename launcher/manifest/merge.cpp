// Laying layers over each other, and what can be judged only afterwards.
#include <unordered_map>

#include "launcher/base/nearest.hpp"
#include "launcher/manifest/host_check.hpp"
#include "launcher/manifest/identity_rules.hpp"
#include "launcher/manifest/layer.hpp"

namespace kvlaunch {
namespace {

using Type = IdentitySpec::Type;

template <class T>
void lay(std::optional<T>& lower, const std::optional<T>& upper) {
  if (upper) lower = upper;
}

void lay(VaultDraft& lower, const VaultDraft& upper) {
  lay(lower.vault, upper.vault);
  lay(lower.identity, upper.identity);
  lay(lower.trust_host, upper.trust_host);
  lay(lower.scope, upper.scope);
  lower.where = upper.where;
}

// A draft that says what kind it is replaces the lower one: settings of another kind would not fit.
void lay(IdentityDraft& lower, const IdentityDraft& upper) {
  if (upper.names_kind()) {
    lower = upper;
    return;
  }
  const IdentitySpec& from = upper.spec;
  IdentitySpec& to = lower.spec;
  const auto take = [&](std::string_view key, auto IdentitySpec::*member) {
    if (upper.keys.contains(std::string{key})) to.*member = from.*member;
  };
  take("tenant-id", &IdentitySpec::tenant_id);
  take("client-id", &IdentitySpec::client_id);
  take("object-id", &IdentitySpec::object_id);
  take("resource-id", &IdentitySpec::resource_id);
  take("client-secret", &IdentitySpec::client_secret);
  take("certificate-file", &IdentitySpec::certificate_file);
  take("certificate-password", &IdentitySpec::certificate_password);
  take("send-chain", &IdentitySpec::send_chain);
  take("token-file", &IdentitySpec::token_file);
  take("identity-binding", &IdentitySpec::identity_binding);
  take("subscription", &IdentitySpec::subscription);
  take("service-connection-id", &IdentitySpec::service_connection_id);
  take("authority-host", &IdentitySpec::authority_host);
  take("trust-authority", &IdentitySpec::trust_authority);
  for (const auto& row : upper.keys) lower.keys.insert_or_assign(row.first, row.second);
  lower.where = upper.where;
  to.where = upper.where;
}

template <class T>
void lay(std::map<std::string, T>& lower, const std::map<std::string, T>& upper) {
  for (const auto& row : upper) {
    const auto known = lower.find(row.first);
    if (known == lower.end()) {
      lower.emplace(row);
    } else {
      lay(known->second, row.second);
    }
  }
}

// An entry is replaced whole, in its old place.
void lay(std::vector<EnvEntry>& lower, const std::vector<EnvEntry>& upper) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < lower.size(); ++i) places.emplace(lower[i].name, i);
  for (const EnvEntry& entry : upper) {
    const auto known = places.find(entry.name);
    if (known != places.end()) {
      lower[known->second] = entry;
    } else {
      places.emplace(entry.name, lower.size());
      lower.push_back(entry);
    }
  }
}

class Finishing {
 public:
  Finishing(const Layer& merged, Errors& problems) : merged_(merged), problems_(problems) {}

  Manifest finish() {
    Manifest manifest;
    finish_identities(manifest);
    finish_vaults(manifest);
    if (merged_.identity) manifest.identity = resolve(*merged_.identity, manifest);
    if (merged_.vault) finish_default_vault(*merged_.vault, manifest);
    manifest.cloud = merged_.cloud;
    manifest.env = merged_.env;
    manifest.env_from = merged_.env_from;
    manifest.options = merged_.options;
    return manifest;
  }

 private:
  void add(Code code, const Location& where, std::string message, std::string hint) {
    problems_.push_back(Error{
        .code = code, .message = std::move(message), .hint = std::move(hint), .location = where});
  }

  void finish_identities(Manifest& manifest) {
    for (const auto& row : merged_.identities) {
      const IdentityDraft& draft = row.second;
      if (!draft.names_kind()) {
        add(Code::manifest_missing_value, draft.where, "identity \"" + row.first + "\" has no type",
            "add type: TYPE, chain: [ TYPES ] or connection-string");
        continue;
      }
      for (Error& error : problems_with_identity(draft)) problems_.push_back(std::move(error));
      manifest.identities.emplace(row.first, draft.spec);
    }
  }

  void finish_vaults(Manifest& manifest) {
    for (const auto& row : merged_.vaults) {
      const VaultDraft& draft = row.second;
      if (!draft.vault) {
        add(Code::manifest_missing_value, draft.where, "vault \"" + row.first + "\" has no name",
            "write " + row.first + ": NAME, or { vault: NAME, ... }");
        continue;
      }
      VaultEntry entry{.alias = row.first,
                       .vault = *draft.vault,
                       .trust_host = draft.trust_host.value_or(false),
                       .scope = draft.scope.value_or(std::string{}),
                       .where = draft.where};
      check_scope(entry);
      check_host(entry.vault, entry.trust_host ? TrustHost::yes : TrustHost::no, entry.where);
      if (draft.identity) set_identity(entry, *draft.identity, manifest);
      manifest.vaults.emplace(row.first, std::move(entry));
    }
  }

  // An alias, a vault that is declared with its host trusted, or any other that needs no trust.
  void finish_default_vault(const VaultText& vault, Manifest& manifest) {
    manifest.vault = vault.text;
    if (merged_.vaults.contains(vault.text)) return;
    for (const auto& [unused, entry] : manifest.vaults) {
      if (!entry.trust_host) continue;
      if (is_same_vault(vault.text, entry.vault, TrustHost::yes, cloud())) return;
    }
    check_host(vault.text, TrustHost::no, vault.where);
  }

  // Before a reference uses it: a host that nothing refers to yet is as wrong as one in use.
  void check_host(const std::string& vault, TrustHost trust, const Location& where) {
    auto origin = check_vault_host(vault, trust, cloud());
    if (origin) return;
    for (Error& error : origin.errors()) {
      error.location = where;
      problems_.push_back(std::move(error));
    }
  }

  // Its token would open Azure's own vaults.
  void check_scope(const VaultEntry& entry) {
    if (!entry.trust_host || !is_known_clouds_scope(entry.scope)) return;
    const auto origin = check_vault_host(entry.vault, TrustHost::yes, cloud());
    if (!origin || cloud_of_vault_host(origin->host) != nullptr) return;
    add(Code::challenge_refused, entry.where,
        "the scope of vault \"" + entry.alias + "\" is for Azure's own vaults alone",
        "a vault behind `trust-host: true` needs a scope of its own: set `scope:` to what its "
        "tokens "
        "are issued for");
  }

  // Decides only which suffix a bare name gets, and every cloud's names follow the same rules.
  [[nodiscard]] CloudName cloud() const { return merged_.cloud.value_or(CloudName::public_cloud); }

  void set_identity(VaultEntry& entry, const IdentityChoice& choice, const Manifest& manifest) {
    if (const auto* draft = std::get_if<IdentityDraft>(&choice)) {
      entry.inline_identity = draft->spec;
      return;
    }
    const auto& label = std::get<IdentityLabel>(choice);
    entry.identity = label.name;
    static_cast<void>(resolve(label, manifest));  // for its report: the plan looks it up again
  }

  std::optional<IdentitySpec> resolve(const IdentityChoice& choice, const Manifest& manifest) {
    if (const auto* draft = std::get_if<IdentityDraft>(&choice)) return draft->spec;
    const auto& label = std::get<IdentityLabel>(choice);
    const auto named = manifest.identities.find(label.name);
    if (named != manifest.identities.end()) return named->second;
    if (merged_.identities.contains(label.name)) return std::nullopt;  // reported already
    const auto type = identity_type_named(label.name);
    if (type && *type != Type::connection_string) {
      return IdentitySpec{.type = *type, .label = label.name, .where = label.where};
    }
    std::vector<std::string_view> names;
    for (const auto& row : manifest.identities) names.push_back(row.first);
    const std::string_view near = nearest(label.name, names);
    add(Code::identity_configuration, label.where, "neither an identity of the manifest nor a type",
        near.empty() ? hint_for_identity_type(label.name)
                     : "did you mean " + std::string{near} + "?");
    return std::nullopt;
  }

  const Layer& merged_;
  Errors& problems_;
};

}  // namespace

void lay_over(Layer& lower, const Layer& upper) {
  lay(lower.vault, upper.vault);
  lay(lower.vaults, upper.vaults);
  lay(lower.cloud, upper.cloud);
  lay(lower.identity, upper.identity);
  lay(lower.identities, upper.identities);
  lay(lower.env, upper.env);
  lower.env_from.insert(lower.env_from.end(), upper.env_from.begin(), upper.env_from.end());
  lower.options = lay_over(std::move(lower.options), upper.options);
}

Manifest finish(const Layer& merged, Errors& problems) {
  return Finishing{merged, problems}.finish();
}

}  // namespace kvlaunch
