// The Azure clouds: which hosts, scopes and authorities belong together.
//
// Sources: Azure/azure-cli core/cloud.py; MSAL KnownMetadataProvider (aliases);
// learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (suffixes).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kvlaunch {

enum class CloudName { public_cloud, us_government, china };

struct Cloud {
  CloudName name;
  std::string_view manifest_name;  // public, usgov, china
  std::string_view authority_host;
  std::array<std::string_view, 4> authority_aliases;  // empty strings fill up
  std::string_view vault_suffix;                      // without leading dot
  std::string_view managed_hsm_suffix;
  std::string_view vault_scope;
};

inline constexpr std::array<Cloud, 3> clouds{{
    {CloudName::public_cloud,
     "public",
     "login.microsoftonline.com",
     {"login.windows.net", "login.microsoft.com", "sts.windows.net", ""},
     "vault.azure.net",
     "managedhsm.azure.net",
     "https://vault.azure.net/.default"},
    {CloudName::us_government,
     "usgov",
     "login.microsoftonline.us",
     {"login.usgovcloudapi.net", "", "", ""},
     "vault.usgovcloudapi.net",
     "managedhsm.usgovcloudapi.net",
     "https://vault.usgovcloudapi.net/.default"},
    {CloudName::china,
     "china",
     "login.chinacloudapi.cn",
     {"login.partner.microsoftonline.cn", "", "", ""},
     "vault.azure.cn",
     "managedhsm.azure.cn",
     "https://vault.azure.cn/.default"},
}};

const Cloud& cloud_of(CloudName name);
// By manifest name, by authority host or alias, by the suffix of a vault's host: lower case.
const Cloud* cloud_named(std::string_view manifest_name);
const Cloud* cloud_of_authority(std::string_view host);
const Cloud* cloud_of_vault_host(std::string_view host);

// Does the scope's host belong to a known cloud's Key Vault? Such a token must not go to a vault
// that only the manifest vouches for.
bool is_known_clouds_scope(std::string_view scope);

}  // namespace kvlaunch
