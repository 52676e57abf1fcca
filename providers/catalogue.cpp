// The list of providers. A new one is a file with a factory, and its line in the table below.
#include "providers/catalogue.hpp"

#include <algorithm>
#include <array>

#include "providers/chain.hpp"
#include "providers/connection_string_source.hpp"
#include "providers/factories.hpp"
#include "providers/offline_check.hpp"
#include "providers/service_principal.hpp"
#include "providers/token_cache.hpp"

namespace kvlaunch {
namespace {

using Type = IdentitySpec::Type;

// Which part of the automatic chain a provider belongs to; AZURE_TOKEN_CREDENTIALS names the parts
// prod and dev.
enum class Group { production, developer, only_by_name };

struct CatalogueRow {
  Type type;
  std::string_view name;  // as people know it
  Group group;
  std::string_view sdk_name;  // in AZURE_TOKEN_CREDENTIALS; empty: not selectable there
  CredentialFactory* make;
  // Of its platform: where it is not set the provider is no part of the chain, and no reason of it
  // is listed. Empty: always part of it.
  std::string_view marker = {};
};

// In the order of the automatic chain. That of DefaultAzureCredential, with the CI systems before
// managed identity: on their runners something may answer at the metadata service's address, and
// its refusal would end the chain. Of the developer's tools the order is azidentity's for Go (.NET,
// JS and Python ask PowerShell before azd): the one that takes seconds to start comes last. Names
// of AZURE_TOKEN_CREDENTIALS:
// learn.microsoft.com/dotnet/azure/sdk/authentication/credential-chains; compared ignoring case.
constexpr auto catalogue = std::to_array<CatalogueRow>({
    {Type::environment, "environment", Group::production, "EnvironmentCredential",
     make_environment},
    {Type::workload_identity, "workload identity", Group::production, "WorkloadIdentityCredential",
     make_workload_identity},
    {Type::github_oidc, "GitHub Actions", Group::production, "", make_github_oidc,
     "ACTIONS_ID_TOKEN_REQUEST_URL"},
    {Type::azure_pipelines, "Azure Pipelines", Group::production, "", make_azure_pipelines,
     "SYSTEM_OIDCREQUESTURI"},
    {Type::managed_identity, "managed identity", Group::production, "ManagedIdentityCredential",
     make_managed_identity},
    {Type::azure_cli, "Azure CLI", Group::developer, "AzureCliCredential", make_azure_cli},
    {Type::azure_developer_cli, "Azure Developer CLI", Group::developer,
     "AzureDeveloperCliCredential", make_azure_developer_cli},
    {Type::azure_powershell, "Azure PowerShell", Group::developer, "AzurePowerShellCredential",
     make_azure_powershell},
    {Type::client_secret, "client secret", Group::only_by_name, "", make_client_secret},
    {Type::client_certificate, "client certificate", Group::only_by_name, "",
     make_client_certificate},
    {Type::device_code, "device code", Group::only_by_name, "", make_device_code},
    {Type::browser, "browser", Group::only_by_name, "InteractiveBrowserCredential", make_browser},
    {Type::appauth, "AppAuthentication", Group::only_by_name, "", make_appauth},
    // No type of the manifest: what Visual Studio would have written is there for its name alone.
    {Type::automatic, "token provider file", Group::only_by_name, "VisualStudioCredential",
     make_token_provider_file},
});

// Names that SDKs accept and that nothing on Linux can serve.
constexpr std::array<std::string_view, 2> elsewhere_only{"VisualStudioCodeCredential",
                                                         "BrokerCredential"};

constexpr std::string_view selection_variable = "AZURE_TOKEN_CREDENTIALS";

using Rows = std::vector<const CatalogueRow*>;

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Error no_member(Type type) {
  return Error{.code = Code::identity_configuration,
               .message = std::string{name_of(type)} + " cannot be part of a chain",
               .hint = "name single identities in chain"};
}

// The row of a type that is one identity by itself.
Result<const CatalogueRow*> row_of(Type type) {
  const auto* const row = std::find_if(catalogue.begin(), catalogue.end(),
                                       [&](const CatalogueRow& r) { return r.type == type; });
  if (type == Type::automatic || row == catalogue.end()) return no_member(type);
  return &*row;
}

Rows chain_of(const Environment& environment, bool (*belongs)(Group)) {
  Rows rows;
  for (const CatalogueRow& row : catalogue) {
    const bool here = row.marker.empty() || environment.get_non_empty(row.marker);
    if (belongs(row.group) && here) rows.push_back(&row);
  }
  return rows;
}

Error unknown_selection(std::string_view reason) {
  std::string allowed = "prod, dev";
  for (const CatalogueRow& row : catalogue) {
    if (!row.sdk_name.empty()) allowed.append(", ").append(row.sdk_name);
  }
  return Error{.code = Code::identity_configuration,
               .message = std::string{selection_variable} + " " + std::string{reason},
               .hint = "set it to one of " + allowed + ", or unset it"};
}

// Set but blank counts as unset, as in azure-sdk-for-cpp.
Result<Rows> automatic_chain(const Environment& environment) {
  const auto selection = trim_blanks(environment.get(selection_variable).value_or(""));
  if (selection.empty()) {
    return chain_of(environment, [](Group group) { return group != Group::only_by_name; });
  }
  if (equal_ignoring_case(selection, "prod")) {
    return chain_of(environment, [](Group group) { return group == Group::production; });
  }
  if (equal_ignoring_case(selection, "dev")) {
    return chain_of(environment, [](Group group) { return group == Group::developer; });
  }
  for (const CatalogueRow& row : catalogue) {
    if (!row.sdk_name.empty() && equal_ignoring_case(selection, row.sdk_name)) return Rows{&row};
  }
  for (const std::string_view name : elsewhere_only) {
    if (equal_ignoring_case(selection, name)) {
      return unknown_selection("names " + std::string{name} + ", which does not exist on Linux");
    }
  }
  return unknown_selection("has a value that names no credential");
}

Result<Rows> select_rows(const IdentitySpec& spec, const Environment& environment) {
  if (!spec.chain.empty()) {
    Rows rows;
    for (const Type type : spec.chain) {
      const auto row = row_of(type);
      if (!row) return row.errors();
      rows.push_back(*row);
    }
    return rows;
  }
  if (spec.type != Type::automatic) {
    const auto row = row_of(spec.type);
    if (!row) return row.errors();
    return Rows{*row};
  }
  return automatic_chain(environment);
}

// Providers that take their tenant from AZURE_TENANT_ID do so in a chain as well as alone.
std::string tenant_of(const IdentitySpec& spec, const Environment& environment) {
  constexpr std::array own_settings_only{
      Type::managed_identity, Type::azure_cli,   Type::azure_developer_cli,
      Type::azure_powershell, Type::device_code, Type::browser,
      Type::appauth};
  const bool own = std::find(own_settings_only.begin(), own_settings_only.end(), spec.type) !=
                   own_settings_only.end();
  return own ? spec.tenant_id : principal_settings(spec, environment).tenant_id;
}

}  // namespace

Result<std::vector<std::string>> planned_providers(const IdentitySpec& spec,
                                                   const Environment& environment) {
  if (spec.type == Type::connection_string) {
    return std::vector<std::string>{std::string{name_of(spec.type)}};
  }
  const auto rows = select_rows(spec, environment);
  if (!rows) return rows.errors();
  std::vector<std::string> names;
  for (const CatalogueRow* const row : *rows) {
    if (auto problem = problem_with_principal(spec, row->type, environment)) {
      problem->message = std::string{row->name} + ": " + problem->message;
      return std::move(*problem);
    }
    names.emplace_back(row->name);
  }
  return names;
}

Result<std::unique_ptr<TokenSource>> make_token_source(const IdentitySpec& spec,
                                                       const ProviderSettings& settings,
                                                       World& world) {
  if (spec.type == Type::connection_string) {
    return make_connection_string_source(spec, ProviderContext{world, settings});
  }
  const auto rows = select_rows(spec, world.environment);
  if (!rows) return rows.errors();
  const ProviderContext context{world, settings, rows->size() == 1 ? Usage::alone : Usage::chained};
  std::vector<std::unique_ptr<Credential>> members;
  for (const CatalogueRow* const row : *rows) members.push_back(row->make(spec, context));
  return std::unique_ptr<TokenSource>{
      std::make_unique<TokenCache>(std::make_unique<Chain>(std::move(members), world),
                                   tenant_of(spec, world.environment), world)};
}

Result<std::vector<Candidate>> candidates(const IdentitySpec& spec,
                                          const ProviderSettings& settings, World& world) {
  std::vector<Candidate> all;
  if (spec.type == Type::connection_string) {
    auto credential = make_connection_string_credential(spec, ProviderContext{world, settings});
    if (!credential) return std::move(credential).errors();
    all.push_back({.type = spec.type,
                   .name = std::string{(*credential)->name()},
                   .chosen = true,
                   .credential = std::move(*credential)});
    return all;
  }
  const auto rows = select_rows(spec, world.environment);
  if (!rows) return rows.errors();
  const auto add = [&](const CatalogueRow& row, const IdentitySpec& settings_of, Usage usage) {
    const ProviderContext context{world, settings, usage};
    all.push_back({.type = row.type,
                   .name = std::string{row.name},
                   .chosen = std::find(rows->begin(), rows->end(), &row) != rows->end(),
                   .credential = row.make(settings_of, context)});
  };
  const auto usage = rows->size() == 1 ? Usage::alone : Usage::chained;
  for (const CatalogueRow* const row : *rows) add(*row, spec, usage);
  if (spec.type != Type::automatic || !spec.chain.empty()) return all;
  // They need a person, a configuration of their own, or (the client's) are what `environment` is
  // when nothing but variables speaks of them.
  constexpr std::array never{Type::device_code, Type::browser, Type::appauth, Type::client_secret,
                             Type::client_certificate};
  for (const CatalogueRow& row : catalogue) {
    const bool known = std::find(rows->begin(), rows->end(), &row) != rows->end();
    const bool left_out = std::find(never.begin(), never.end(), row.type) != never.end();
    if (!known && !left_out) add(row, IdentitySpec{}, Usage::chained);
  }
  return all;
}

}  // namespace kvlaunch
