// What a connection string selects: exactly one credential. Pure.
//
// Source: AppAuthentication AzureServiceTokenProviderFactory.cs (forms, order of decision). Where
// that library ignores a key in silence, this is an error: somebody would run as somebody else.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"
#include "providers/certificate_store.hpp"

namespace kvlaunch {

struct ConnectionStringForm {
  enum class Kind {
    azure_cli,            // RunAs=Developer;DeveloperTool=AzureCli
    token_provider_file,  // RunAs=Developer;DeveloperTool=VisualStudio
    integrated_windows,   // RunAs=CurrentUser
    managed_identity,     // RunAs=App, with or without AppId
    client_secret,        // RunAs=App with AppKey
    store_certificate,    // RunAs=App with CertificateStoreLocation
    vault_certificate,    // RunAs=App with KeyVaultCertificateSecretIdentifier
  };

  Kind kind = Kind::managed_identity;
  std::string app_id;                  // empty: the system-assigned identity
  std::string tenant_id;               // vault_certificate: may be empty
  Secret app_key;                      // client_secret
  CertificateSearch certificate;       // store_certificate
  std::string certificate_identifier;  // vault_certificate: https://HOST/secrets/NAME[/VERSION]
  std::string vault_client_id;         // vault_certificate: user-assigned identity that reads it
  std::optional<std::chrono::seconds> retry_limit;  // MsiRetryTimeout; none: no bound of its own
};

struct ConnectionStringWarning {
  std::string message;
  std::string hint;
};

// Errors: Code::connection_string, as many as can be told in one pass, without location. No
// message, hint or warning holds a value, nor a key that nobody knows.
Result<ConnectionStringForm> read_connection_string(std::string_view text,
                                                    std::vector<ConnectionStringWarning>& warnings);

// "client secret", "certificate from the CurrentUser store": for check, explain and -v.
std::string describe(const ConnectionStringForm& form);

}  // namespace kvlaunch
