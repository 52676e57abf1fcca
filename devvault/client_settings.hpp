// The variables through which unmodified Azure clients, of any language, find devvault.
//
// Pure: what to set and what to remove, from addresses and files that exist already.
// Sources: the clients' own documentation; docs/devvault.md says which variable is for whom.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "devvault/config.hpp"
#include "launcher/base/environment.hpp"

namespace devvault {

struct Places {
  std::string host = "127.0.0.1";  // as clients reach the listener; IPv6 without brackets
  std::uint16_t port = 0;
  std::uint16_t tls_proxy_port = 0;  // 0: none; otherwise HTTPS_PROXY is https://localhost:PORT
  std::string proxy_user;            // of --proxy-auth; empty: none
  std::string proxy_password;
  std::string authority_file;        // PEM
  std::string trust_store_file;      // PKCS#12 of the same, for Java
  std::string federated_token_file;  // counts for a federated identity
  std::string identity_header;
  std::string job_token;
  std::uint16_t service_fabric_port = 0;
  std::string service_fabric_thumbprint;  // SHA-1 of its certificate, in hex
  std::uint16_t binding_port = 0;
  std::string binding_authority_file;  // PEM
};

struct ClientSettings {
  std::vector<std::pair<std::string, std::string>> set;  // in the order of printing
  std::vector<std::string> removed;                      // inherited ones that must not get through
};

// `identity` may be nullptr (a devvault.yaml without identities). JAVA_TOOL_OPTIONS are added to
// those of `inherited`.
ClientSettings client_settings(const Config& config, const Identity* identity, const Places& places,
                               const kvlaunch::Environment& inherited);

void apply(const ClientSettings& settings, kvlaunch::Environment& environment);

// "export NAME='value'\n" for each, quoted for a POSIX shell.
std::string export_lines(const ClientSettings& settings);
// "NAME=value\n" for each, as docker compose's env_file reads it: quoted only where it has to be.
std::string env_file_text(const ClientSettings& settings);

// The trust store's password: the file is public, but Java wants one.
inline constexpr std::string_view trust_store_password = "devvault";

}  // namespace devvault
