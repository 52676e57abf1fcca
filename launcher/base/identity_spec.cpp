// Names of identity types, and what a tenant may be called.
#include "launcher/base/identity_spec.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kvlaunch {
namespace {

using Type = IdentitySpec::Type;

constexpr std::array<std::pair<Type, std::string_view>, 15> names{{
    {Type::automatic, "auto"},
    {Type::environment, "environment"},
    {Type::workload_identity, "workload-identity"},
    {Type::managed_identity, "managed-identity"},
    {Type::client_secret, "client-secret"},
    {Type::client_certificate, "client-certificate"},
    {Type::azure_cli, "azure-cli"},
    {Type::azure_developer_cli, "azure-developer-cli"},
    {Type::azure_powershell, "azure-powershell"},
    {Type::github_oidc, "github-oidc"},
    {Type::azure_pipelines, "azure-pipelines"},
    {Type::device_code, "device-code"},
    {Type::browser, "browser"},
    {Type::appauth, "appauth"},
    {Type::connection_string, "connection-string"},
}};

}  // namespace

std::string_view name_of(Type type) {
  const auto row = std::find_if(names.begin(), names.end(),
                                [&](const auto& entry) { return entry.first == type; });
  return row->second;
}

std::optional<Type> identity_type_named(std::string_view name) {
  const auto row = std::find_if(names.begin(), names.end(),
                                [&](const auto& entry) { return entry.second == name; });
  if (row == names.end()) return std::nullopt;
  return row->first;
}

std::vector<std::string_view> identity_type_names() {
  std::vector<std::string_view> all;
  for (const auto& entry : names) all.push_back(entry.second);
  return all;
}

bool is_tenant_id(std::string_view text) {
  constexpr std::size_t longest = 253;  // a DNS name: the longer of the two forms
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  return plain && !text.empty() && text.size() <= longest && text.front() != '-' &&
         text.front() != '.';
}

}  // namespace kvlaunch
