// What the user asked for as identity, typed: written by manifest and plan, read by providers.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "launcher/base/error.hpp"

namespace kvlaunch {

// Where a secret setting comes from; its text never stands in a manifest.
struct SecretSource {
  enum class Kind { environment, file, credential };
  Kind kind = Kind::environment;
  std::string name;  // variable, path, or file name below $CREDENTIALS_DIRECTORY
};

// One identity of the manifest, or the chain. `type` decides which members mean anything; the
// manifest has refused the others.
struct IdentitySpec {
  enum class Type {
    automatic,  // the chain, in the order of providers/chain.cpp
    environment,
    workload_identity,
    managed_identity,
    client_secret,
    client_certificate,
    azure_cli,
    azure_developer_cli,
    azure_powershell,
    github_oidc,
    azure_pipelines,
    device_code,
    browser,
    appauth,
    connection_string,
  };

  Type type = Type::automatic;
  std::string label;        // the name in `identities:`, or the type as written
  std::vector<Type> chain;  // not empty: these types in this order instead of `type`
  std::string tenant_id;
  std::string client_id;
  std::string object_id;    // managed_identity
  std::string resource_id;  // managed_identity
  std::optional<SecretSource> client_secret;
  std::string certificate_file;
  std::optional<SecretSource> certificate_password;
  bool send_chain = false;
  std::string token_file;         // workload_identity
  bool identity_binding = false;  // workload_identity: by the cluster's proxy, where it has one
  std::string subscription;       // azure_cli
  std::string service_connection_id;
  std::string authority_host;  // host only, lower case; empty: AZURE_AUTHORITY_HOST or the cloud's
  bool trust_authority = false;
  std::optional<SecretSource> connection_string_source;
  // Without AppKey in a manifest, which refuses one; from argv as it was given.
  std::string connection_string;
  std::optional<Location> where;  // of a connection string: where its text stands
};

// The name as the manifest writes it: "managed-identity".
std::string_view name_of(IdentitySpec::Type type);
std::optional<IdentitySpec::Type> identity_type_named(std::string_view name);
// All of them, as the manifest writes them.
std::vector<std::string_view> identity_type_names();

// A GUID or a domain name; made only of characters that can stand in a URL's path as they are
// (as azure-sdk-for-cpp checks it, tenant_id_resolver.cpp).
bool is_tenant_id(std::string_view text);

}  // namespace kvlaunch
