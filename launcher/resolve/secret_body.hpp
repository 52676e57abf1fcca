// The JSON bodies of secrets and of lists of them. Pure.
//
// Source: Azure/azure-rest-api-specs specification/keyvault/data-plane/Secrets (SecretBundle,
// SecretListResult). Every member is optional there: absent, null and unknown ones are tolerated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/resolve/fetched.hpp"

namespace kvlaunch {

struct SecretBundle {
  std::optional<Secret> value;
  std::string version;  // of `id`; empty if there is none
  std::string content_type;
  SecretAttributes attributes;
  bool backs_certificate = false;  // it has a kid, or is marked managed
};

struct SecretPage {
  std::vector<SecretItem> items;
  std::string next_link;  // empty: this is the last page
};

// Errors: Code::response_malformed without location; they hold no part of the body.
Result<SecretBundle> read_secret_bundle(std::string_view body);
Result<SecretPage> read_secret_page(std::string_view body);

}  // namespace kvlaunch
