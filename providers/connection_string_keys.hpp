// The keys that connection strings may have, and the parts of one string by key. Pure.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "launcher/base/error.hpp"
#include "providers/connection_string.hpp"
#include "providers/connection_string_form.hpp"

namespace kvlaunch::string_key {

inline constexpr std::string_view run_as = "RunAs";
inline constexpr std::string_view developer_tool = "DeveloperTool";
inline constexpr std::string_view app_id = "AppId";
inline constexpr std::string_view app_key = "AppKey";
inline constexpr std::string_view tenant_id = "TenantId";
inline constexpr std::string_view thumbprint = "CertificateThumbprint";
inline constexpr std::string_view subject_name = "CertificateSubjectName";
inline constexpr std::string_view store_location = "CertificateStoreLocation";
inline constexpr std::string_view secret_identifier = "KeyVaultCertificateSecretIdentifier";
inline constexpr std::string_view vault_identity = "KeyVaultUserAssignedManagedIdentityId";
inline constexpr std::string_view retry_timeout = "MsiRetryTimeout";

inline constexpr std::array<std::string_view, 11> all{
    run_as,       developer_tool, app_id,         app_key,           tenant_id,
    thumbprint,   subject_name,   store_location, secret_identifier, vault_identity,
    retry_timeout};

}  // namespace kvlaunch::string_key

namespace kvlaunch {

// Code::connection_string. `message` holds no part of a string but a key of the list above.
Error connection_string_error(std::string message, std::string hint);

// Parts by key, case aside. `parts` outlives it.
class ConnectionStringKeys {
 public:
  // A key that stands twice is an error, one that is unknown a warning: the library ignores it
  // without a word.
  ConnectionStringKeys(const std::vector<ConnectionStringPart>& parts,
                       std::vector<ConnectionStringWarning>& warnings, Errors& errors);

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  // Empty also where there is no such key.
  [[nodiscard]] std::string_view value(std::string_view key) const;

 private:
  [[nodiscard]] const ConnectionStringPart* find(std::string_view key) const;

  std::array<const ConnectionStringPart*, string_key::all.size()> parts_{};
};

}  // namespace kvlaunch
