// One string, one credential.
#include "providers/connection_string_source.hpp"

#include "providers/app_credentials.hpp"
#include "providers/app_discovery.hpp"
#include "providers/chain.hpp"
#include "providers/factories.hpp"
#include "providers/retry_limit.hpp"
#include "providers/secret_source.hpp"
#include "providers/token_cache.hpp"

namespace kvlaunch {
namespace {

using Kind = ConnectionStringForm::Kind;

// Files on a disk take no time; a pipe whose writer sleeps must not hold up the start.
constexpr Milliseconds source_limit{10'000};

// The settings of a provider that exists without connection strings too. Its own type, so that it
// takes nothing from AZURE_... variables.
IdentitySpec settings_of(IdentitySpec::Type type, const ConnectionStringForm& form) {
  IdentitySpec spec;
  spec.type = type;
  spec.client_id = form.app_id;
  return spec;
}

std::unique_ptr<TokenSource> cached(std::unique_ptr<Credential> credential, std::string tenant,
                                    World& world) {
  // A chain of one names its member in messages and in the log.
  std::vector<std::unique_ptr<Credential>> alone;
  alone.push_back(std::move(credential));
  return std::make_unique<TokenCache>(std::make_unique<Chain>(std::move(alone), world),
                                      std::move(tenant), world);
}

std::unique_ptr<Credential> credential_of(ConnectionStringForm form,
                                          const ProviderContext& context) {
  const AppIdentity app{form.app_id, form.tenant_id};
  switch (form.kind) {
    case Kind::azure_cli:
      return make_azure_cli(settings_of(IdentitySpec::Type::azure_cli, form), context);
    case Kind::token_provider_file:
      return make_token_provider_file(settings_of(IdentitySpec::Type::connection_string, form),
                                      context);
    case Kind::integrated_windows:
      return make_integrated_windows(settings_of(IdentitySpec::Type::connection_string, form),
                                     context);
    case Kind::managed_identity:
      return with_retry_limit(
          make_managed_identity(settings_of(IdentitySpec::Type::managed_identity, form), context),
          form.retry_limit, context.world);
    case Kind::client_secret:
      return make_app_key(app, std::move(form.app_key), context);
    case Kind::store_certificate:
      return make_store_certificate(app, std::move(form.certificate), context);
    case Kind::vault_certificate:
      return make_vault_certificate(
          app, form.certificate_identifier,
          cached(make_app_discovery({form.vault_client_id, form.retry_limit, {}}, context), {},
                 context.world),
          context);
  }
  return nullptr;
}

Errors placed(Errors errors, const IdentitySpec& spec) {
  for (Error& error : errors) {
    if (!error.location) error.location = spec.where;
  }
  return errors;
}

// The form, with what is to be said of it in the log.
Result<ConnectionStringForm> announced_form(const IdentitySpec& spec,
                                            const ProviderContext& context) {
  std::vector<ConnectionStringWarning> warnings;
  auto form = selected_form(spec, context, warnings);
  for (const auto& [message, hint] : warnings) context.world.log.warn(message, hint);
  if (form) {
    context.world.log.note("identity " + spec.label + ": the connection string selects " +
                           describe(*form));
  }
  return form;
}

}  // namespace

Result<ConnectionStringForm> selected_form(const IdentitySpec& spec, const ProviderContext& context,
                                           std::vector<ConnectionStringWarning>& warnings) {
  const std::size_t known = warnings.size();
  const auto read = [&]() -> Result<ConnectionStringForm> {
    if (!spec.connection_string_source) {
      return read_connection_string(spec.connection_string, warnings);
    }
    const auto text = read_secret_source(*spec.connection_string_source, context,
                                         Deadline::in(context.world.clock, source_limit));
    if (!text) return text.errors();
    return read_connection_string(text->reveal(), warnings);
  };
  auto form = read();
  for (std::size_t i = known; i < warnings.size(); ++i) {
    warnings[i].message = spec.label + ": " + warnings[i].message;
  }
  if (!form) return placed(std::move(form).errors(), spec);
  return form;
}

Result<std::unique_ptr<Credential>> make_connection_string_credential(
    const IdentitySpec& spec, const ProviderContext& context) {
  auto form = announced_form(spec, context);
  if (!form) return std::move(form).errors();
  return credential_of(std::move(*form), context);
}

Result<std::unique_ptr<TokenSource>> make_connection_string_source(const IdentitySpec& spec,
                                                                   const ProviderContext& context) {
  auto form = announced_form(spec, context);
  if (!form) return std::move(form).errors();
  std::string tenant = form->tenant_id;
  return cached(credential_of(std::move(*form), context), std::move(tenant), context.world);
}

}  // namespace kvlaunch
