// What people write when they mean one of our keys.
#include <algorithm>
#include <array>

#include "launcher/base/nearest.hpp"
#include "launcher/base/url.hpp"
#include "launcher/manifest/keys.hpp"
#include "launcher/yaml/reader.hpp"

namespace kvlaunch {
namespace {

struct ForeignKey {
  std::string_view place;  // empty: everywhere
  std::string_view key;    // lower case, without - and _
  std::string_view hint;
};

constexpr auto foreign_keys = std::to_array<ForeignKey>({
    {"top", "environment", "the variables stand under `env:`"},
    {"top", "environ", "the variables stand under `env:`"},
    {"top", "variables", "the variables stand under `env:`"},
    {"top", "vars", "the variables stand under `env:`"},
    {"top", "secrets", "write `env: { NAME: kv:secret-name }`"},
    {"top", "envfile", "pass --env-file FILE on the command line"},
    {"top", "keyvault", "write `vault: NAME`"},
    {"top", "keyvaultname", "write `vault: NAME`"},
    {"top", "keyvaulturl", "write `vault: URL`"},
    {"top", "vaultname", "write `vault: NAME`"},
    {"top", "vaulturl", "write `vault: URL`"},
    {"top", "credential", "write `identity:`"},
    {"top", "credentials", "write `identities:`"},
    {"top", "auth", "write `identity:`"},
    {"top", "tenantid",
     "set it on an identity: `identities: { NAME: { type: ..., tenant-id: ... } }`"},
    {"top", "clientid",
     "set it on an identity: `identities: { NAME: { type: ..., client-id: ... } }`"},
    {"top", "extends", "write `include: [ FILE ]`"},
    {"top", "imports", "write `include: [ FILE ]`"},
    {"top", "profile", "write `default-profile: NAME`"},
    {"top", "command", "the command stands on the command line: kvlaunch run COMMAND"},
    {"top", "args", "the command stands on the command line: kvlaunch run COMMAND ARG..."},
    {"top", "entrypoint", "the command stands on the command line: kvlaunch run COMMAND"},
    {"top", "apiversion",
     "this looks like a Kubernetes object; a manifest begins with `version: 1`"},
    {"top", "kind", "this looks like a Kubernetes object; a manifest begins with `version: 1`"},
    {"top", "metadata", "this looks like a Kubernetes object; a manifest begins with `version: 1`"},
    {"top", "spec", "this looks like a Kubernetes object; a manifest begins with `version: 1`"},
    {"top", "services", "this looks like a compose file; a manifest begins with `version: 1`"},
    {"profiles.X", "include", "include stands at the top of the file only"},
    {"profiles.X", "environment", "the variables stand under `env:`"},
    {"env.X", "version", "pin it in the reference: `secret: NAME/VERSION`"},
    {"env.X", "objectversion", "pin it in the reference: `secret: NAME/VERSION`"},
    {"env.X", "vault", "name it in the reference: `secret: //VAULT/NAME`"},
    {"env.X", "name", "write `secret: NAME`"},
    {"env.X", "ref", "write `secret: NAME`"},
    {"env.X", "reference", "write `secret: NAME`"},
    {"env.X", "objectname", "write `secret: NAME`"},
    {"env.X", "remoteref", "write `secret: NAME`"},
    {"env.X", "secretkeyref", "write `secret: NAME`"},
    {"env.X", "valuefrom", "write `secret: NAME`"},
    {"env.X", "field", "add a JSON pointer to the reference: `secret: NAME#/member`"},
    {"env.X", "property", "add a JSON pointer to the reference: `secret: NAME#/member`"},
    {"env.X", "pointer", "add a JSON pointer to the reference: `secret: NAME#/member`"},
    {"env.X", "jsonpath", "add a JSON pointer to the reference: `secret: NAME#/member`"},
    {"env.X", "encoding", "write `decode: base64`"},
    {"env.X", "objectencoding", "write `decode: base64`"},
    {"env.X", "base64", "write `decode: base64`"},
    {"env.X", "fallback", "write `default: TEXT`"},
    {"env.X", "required", "every secret is required unless `optional: true`"},
    {"env.X", "literal", "write `value: TEXT`"},
    {"vaults.X", "name", "write `vault: NAME`"},
    {"vaults.X", "url", "write `vault: URL`"},
    {"vaults.X", "host", "write `vault: HOST`"},
    {"vaults.X", "uri", "write `vault: URL`"},
    {"identities.X", "authority", "write `authority-host: HOST`"},
    {"identities.X", "secret", "write `client-secret: { env: NAME }`"},
    {"identities.X", "password", "write `client-secret: { env: NAME }` or `certificate-password:`"},
    {"identities.X", "certificate", "write `certificate-file: PATH`"},
    {"identities.X", "certificatepath", "write `certificate-file: PATH`"},
    {"identities.X", "enableazureproxy", "write `identity-binding: true`"},
    {"source", "value",
     "a secret never stands in a manifest: name its source with env, file or credential"},
    {"source", "variable", "write `env: NAME`"},
    {"source", "path", "write `file: PATH`"},
    {"include", "path", "write `file: PATH`"},
});

// "keyVaultName", "key_vault_name" and "key-vault-name" alike.
std::string plain(std::string_view key) {
  std::string result = to_lower(key);
  std::erase_if(result, [](char c) { return c == '-' || c == '_'; });
  return result;
}

std::string other_place_of(std::string_view place, std::string_view key) {
  if (place == "env.X" && find_key("files", key) != nullptr) {
    return "`" + std::string{key} + "` belongs to an entry of `files`";
  }
  if (find_key("options", key) != nullptr) {
    return "write `options: { " + std::string{key} + ": ... }` at the top of the file";
  }
  if (find_key("top", key) != nullptr) {
    return "`" + std::string{key} + "` stands at the top of the file";
  }
  return {};
}

}  // namespace

std::string hint_for_unknown_key(std::string_view place, std::string_view key) {
  const std::string wanted = plain(key);
  const std::vector<std::string_view> known = keys_of(place);
  for (const std::string_view candidate : known) {
    if (plain(candidate) == wanted) return "write `" + std::string{candidate} + "`";
  }
  for (const ForeignKey& row : foreign_keys) {
    if (row.place == place && row.key == wanted) return std::string{row.hint};
  }
  if (auto hint = other_place_of(place, key); !hint.empty()) return hint;
  const std::string_view near = nearest(key, known);
  if (!near.empty()) return "did you mean `" + std::string{near} + "`?";
  std::string list;
  for (const std::string_view candidate : known) {
    list.append(list.empty() ? "known here: " : ", ").append(candidate);
  }
  return list;
}

}  // namespace kvlaunch
