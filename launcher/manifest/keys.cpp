// The table of keys.
#include "launcher/manifest/keys.hpp"

#include <algorithm>
#include <array>

namespace kvlaunch {
namespace {

constexpr auto later = KeyRow::Availability::later;

constexpr auto rows = std::to_array<KeyRow>({
    {"top", "version", "1", ""},
    {"top", "vault", "text", ""},
    {"top", "vaults", "mapping", ""},
    {"top", "cloud", "public, usgov, china", "by AZURE_AUTHORITY_HOST, else public"},
    {"top", "identity", "text or mapping", "auto"},
    {"top", "identities", "mapping", ""},
    {"top", "env", "mapping", ""},
    {"top", "env-from", "list", ""},
    {"top", "files", "list", "", later},
    {"top", "watch", "mapping", "", later},
    {"top", "include", "list", ""},
    {"top", "profiles", "mapping", ""},
    {"top", "default-profile", "text", ""},
    {"top", "options", "mapping", ""},

    {"profiles.X", "vault", "text", ""},
    {"profiles.X", "vaults", "mapping", ""},
    {"profiles.X", "cloud", "public, usgov, china", ""},
    {"profiles.X", "identity", "text or mapping", ""},
    {"profiles.X", "identities", "mapping", ""},
    {"profiles.X", "env", "mapping", ""},
    {"profiles.X", "env-from", "list", ""},
    {"profiles.X", "files", "list", "", later},
    {"profiles.X", "watch", "mapping", "", later},
    {"profiles.X", "options", "mapping", ""},

    {"include", "file", "text", ""},
    {"include", "optional", "boolean", "false"},

    {"options", "timeout", "duration", "80s"},
    {"options", "scrub", "secrets, all, none", "secrets"},
    {"options", "keep-env", "list of names", ""},
    {"options", "preserve-env", "boolean or list of names", "false"},
    {"options", "clean-env", "boolean", "false"},
    {"options", "resolve-env", "boolean or list of names", "false"},
    {"options", "allow-unresolved", "boolean or list of names", "false"},
    {"options", "init", "boolean", "false", later},
    {"options", "mask", "boolean", "false", later},
    {"options", "process-group", "boolean", "false", later},
    {"options", "notify-ready", "boolean", "false"},
    {"options", "ca-file", "path", ""},
    {"options", "log-format", "text, json", "text"},

    {"env.X", "value", "text", ""},
    {"env.X", "content", "text", "", later},
    {"env.X", "template", "path", "", later},
    {"env.X", "secret", "reference", ""},
    {"env.X", "certificate", "reference", "", later},
    {"env.X", "key", "reference", "", later},
    {"env.X", "part", "text", "", later},
    {"env.X", "decode", "base64, base64url, hex", ""},
    {"env.X", "trim", "boolean", "false"},
    {"env.X", "optional", "boolean", "false"},
    {"env.X", "default", "text", ""},
    {"env.X", "allow-expired", "boolean", "false"},
    {"env.X", "on-change", "mapping", "", later},
    {"env.X", "unset", "true", ""},

    {"env-from", "vault", "text", "the default vault"},
    {"env-from", "prefix", "text", ""},
    {"env-from", "tags", "mapping", ""},
    {"env-from", "all", "true", ""},
    {"env-from", "secret", "reference", ""},
    {"env-from", "format", "json, dotenv", ""},
    {"env-from", "strip-prefix", "boolean", "false"},
    {"env-from", "add-prefix", "text", ""},
    {"env-from", "override", "boolean", "false"},
    {"env-from", "allow", "list of names", ""},
    {"env-from", "rename", "upper-snake, snake", "upper-snake"},
    {"env-from", "exclude", "list of names", ""},
    {"env-from", "optional", "boolean", "false"},

    {"vaults.X", "vault", "text", ""},
    {"vaults.X", "identity", "text or mapping", "the manifest's"},
    {"vaults.X", "trust-host", "boolean", "false"},
    {"vaults.X", "scope", "text", "by the cloud"},

    {"identities.X", "type", "text", ""},
    {"identities.X", "tenant-id", "text", ""},
    {"identities.X", "client-id", "text", ""},
    {"identities.X", "object-id", "text", ""},
    {"identities.X", "resource-id", "text", ""},
    {"identities.X", "client-secret", "source", ""},
    {"identities.X", "certificate-file", "path", ""},
    {"identities.X", "certificate-password", "source", ""},
    {"identities.X", "send-chain", "boolean", "false"},
    {"identities.X", "token-file", "path", ""},
    {"identities.X", "identity-binding", "boolean", "false"},
    {"identities.X", "subscription", "text", ""},
    {"identities.X", "service-connection-id", "text", ""},
    {"identities.X", "authority-host", "host", "the cloud's"},
    {"identities.X", "trust-authority", "boolean", "false"},
    {"identities.X", "chain", "list of types", ""},
    {"identities.X", "connection-string", "text or source", ""},

    {"source", "env", "name", ""},
    {"source", "file", "path", ""},
    {"source", "credential", "name", ""},

    {"files", "name", "text", "", later},
    {"files", "env", "name", "", later},
    {"files", "path", "path", "", later},
    {"files", "fd", "number", "", later},
    {"files", "format", "text", "", later},
    {"files", "mode", "octal", "0400", later},
    {"files", "owner", "USER[:GROUP]", "", later},
    {"files", "deliver", "text", "auto", later},
    {"files", "cleanup", "keep, exit", "", later},
    {"files", "allow-disk", "boolean", "false", later},

    {"watch", "every", "duration", "10m", later},
    {"watch", "on-change", "text or mapping", "", later},
    {"watch", "splay", "duration", "", later},
    {"watch", "debounce", "duration", "", later},
    {"watch", "stop-signal", "text", "", later},
    {"watch", "grace", "duration", "", later},
    {"watch", "rollback-within", "duration", "", later},
});

}  // namespace

std::span<const KeyRow> manifest_keys() {
  return rows;
}

const KeyRow* find_key(std::string_view place, std::string_view key) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const KeyRow& row) {
    return row.place == place && row.key == key;
  });
  return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string_view> keys_of(std::string_view place) {
  std::vector<std::string_view> keys;
  for (const KeyRow& row : rows) {
    if (row.place == place) keys.push_back(row.key);
  }
  return keys;
}

}  // namespace kvlaunch
