// devvault.yaml as typed data. docs/devvault.md describes every key.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "launcher/base/result.hpp"

namespace devvault {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::system_clock::time_point;

// Where the command of a managed identity believes to run: whose variables it gets.
enum class Platform {
  app_service,
  app_service_2017,
  azure_ml,
  cloud_shell,
  service_fabric,
  azure_arc,
  virtual_machine,
};

struct Identity {
  std::string name;
  std::string client_id;
  std::string client_secret;
  std::string object_id;                  // made from the client id when left out
  std::string resource_id;                // of a user-assigned managed identity
  std::vector<std::string> certificates;  // PEM texts accepted for assertions
  struct Federation {
    std::string issuer, subject, audience;
  };
  std::vector<Federation> federated;
  std::string github_subject;        // of its GitHub Actions token; empty: it gets none
  std::string pipelines_connection;  // its service connection of Azure Pipelines; empty: none
  std::vector<std::string> tenants;  // where it has a service principal; empty: in every one
  bool managed = false;              // served by the managed identity endpoints
  Platform platform = Platform::app_service;  // counts if managed
  bool identity_binding = false;  // its pod's token goes through the proxy of an AKS binding
  bool system_assigned = false;   // the one without a selector; the first managed one by default
};

// Somebody who signs in with a password or a Kerberos ticket. Each is also an Identity of the same
// name, for `access:`.
struct User {
  std::string name;       // "worker@corp.example", lower case
  std::string password;   // empty: none is taken
  std::string principal;  // of the Kerberos ticket; empty: the name, ignoring case
};

enum class SamlVersion { v1_1, v2_0 };

// A domain whose users sign in at a federation server, as AD FS is one.
struct Federation {
  std::string domain;
  std::string host;    // of the federation server
  std::string keytab;  // path of the key of HTTP/host; empty: it offers no Kerberos
  bool trust_1_3 = true;
  bool trust_2005 = true;
  SamlVersion saml = SamlVersion::v1_1;
};

struct SecretVersion {
  std::string version;  // 32 hex digits; made deterministically when left out
  std::string value;
  std::string content_type;
  std::map<std::string, std::string> tags;
  bool enabled = true;
  std::optional<WallTime> expires, not_before;
  WallTime created;
  std::optional<WallTime> updated;  // when its attributes changed last, if ever
  bool managed = false;             // backs a certificate
};

struct SecretObject {
  std::string name;
  std::vector<SecretVersion> versions;  // oldest first; the last is the current one
  bool deleted = false;
  WallTime deleted_at;  // counts if `deleted`
};

struct Vault {
  std::string name;  // contoso-dev
  std::string host;  // contoso-dev.vault.azure.net, or as configured
  std::string tenant_id;
  std::string resource;  // audience of its tokens, for a host of its own; empty: derived
  // Identity name -> permissions (get, list, ...); no entry at all: every identity may do all.
  std::map<std::string, std::set<std::string>> access;
  bool restricts_access = false;
  bool rbac = true;     // how a refusal is worded: ForbiddenByRbac or ForbiddenByPolicy
  std::string refuses;  // "", "firewall" or "connection": every request is a 403
  std::map<std::string, SecretObject> secrets;  // by lower-case name
};

// What to do instead of, or before, answering.
struct FaultRule {
  std::string method;                  // "" or "*": any
  std::string host;                    // "" any; may have one leading "*."
  std::string path;                    // prefix of the path, or exact with a trailing '$'; "" any
  int times = -1;                      // how often it fires; -1: always
  int skip = 0;                        // let so many matching requests through first
  int status = 0;                      // 0: answer normally (after the delay)
  std::string error_code, inner_code;  // of the body; defaults fit the status
  std::optional<std::string> retry_after;          // header value, as written
  std::optional<std::string> retry_after_ms;       // retry-after-ms
  std::optional<std::string> x_ms_retry_after_ms;  // x-ms-retry-after-ms
  Milliseconds delay{0};
  bool reset = false;     // RST instead of an answer
  bool truncate = false;  // Content-Length of the whole body, half of it sent
  bool not_json = false;  // an HTML body with the status (200 if none given)
  Milliseconds drip{0};   // between single bytes of the body
  std::size_t huge_body_bytes = 0;
  std::string redirect;             // Location; status 307 unless given
  std::string challenge_resource;   // a 401 whose challenge names this resource
  std::string challenge_authority;  // ... this authority
  Seconds date_offset{0};           // of the answer's Date header
  std::optional<WallTime> at;       // only from then on
};

// Rotation: from `at` after the start, `secret` has this value as a new version.
struct Rotation {
  std::string vault, secret, value;
  Seconds after{0};
};

struct Config {
  std::string tenant_id;
  std::map<std::string, Identity> identities;
  std::vector<std::string> identity_order;        // as in the file; the first is the default
  std::string default_identity;                   // `as:` in the file, or --as
  std::map<std::string, User> users;              // by name
  std::map<std::string, Federation> federations;  // by domain
  std::map<std::string, Vault> vaults;            // by host
  std::vector<FaultRule> faults;
  std::vector<Rotation> rotations;
  std::vector<std::string> resources;  // audiences that exist beside Azure's own
  int sign_in_polls = 1;     // how often a device code is pending before somebody has entered it
  int throttle_per_10s = 0;  // 0: no limit; over it 429, per vault
  Seconds token_lifetime{3600};
};

// Located errors for all problems at once, as kvlaunch's own manifest reader gives them.
kvlaunch::Result<Config> parse_config(const std::string& file, const std::string& text,
                                      WallTime now);
// What `devvault` serves without -f: one tenant, one identity "dev", one vault "devvault", no
// secrets.
Config default_config();

}  // namespace devvault
