// Secrets as Key Vault writes and reads them (SecretBundle, SecretItem, DeletedSecretBundle).
//
// Source: Azure/azure-rest-api-specs keyvault/data-plane/Secrets/models.tsp.
#pragma once

#include <optional>
#include <string>

#include "devvault/config.hpp"

namespace devvault {

// "https://vault/secrets/NAME/VERSION" by the origin the client used; without version for "".
std::string secret_id(const std::string& origin, const SecretObject& secret,
                      const std::string& version);

std::string bundle_json(const std::string& origin, const SecretObject& secret,
                        const SecretVersion& version);
// An element of a list: never has a value.
std::string item_json(const SecretVersion& version, const std::string& id);

enum class DeletedForm { item, bundle };
std::string deleted_json(const std::string& origin, const SecretObject& secret, DeletedForm form);

// What a client sends with PUT and PATCH; members left out are nothing.
struct SecretChange {
  std::optional<std::string> value, content_type;
  std::optional<std::map<std::string, std::string>> tags;
  std::optional<bool> enabled;
  std::optional<WallTime> expires, not_before;

  void apply_to(SecretVersion& version) const;
};

// Nothing, with the reason in `problem`, if the body is not one the service takes.
std::optional<SecretChange> read_change(const std::string& body, std::string& problem);

// learn.microsoft.com/azure/key-vault/secrets/about-secrets: octets, characters, number of tags.
inline constexpr std::size_t longest_value_bytes = 25 * 1024;
inline constexpr std::size_t longest_content_type = 255;
inline constexpr std::size_t most_tags = 15;
inline constexpr std::size_t longest_tag = 512;

}  // namespace devvault
