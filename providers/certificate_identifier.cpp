// Checking the identifier part by part.
#include "providers/certificate_identifier.hpp"

#include <algorithm>

#include "launcher/base/cloud.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr const char* form_hint = "write https://VAULT.vault.azure.net/secrets/NAME";

Error bad(std::string message, std::string hint = form_hint) {
  return Error{
      .code = Code::connection_string, .message = std::move(message), .hint = std::move(hint)};
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, object identifiers.
bool is_object_name(std::string_view text) {
  constexpr std::size_t longest_name = 127;
  return !text.empty() && text.size() <= longest_name &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_version(std::string_view text) {
  constexpr std::size_t version_digits = 32;
  return text.size() == version_digits && std::all_of(text.begin(), text.end(), is_alphanumeric);
}

// Removes `prefix` ignoring case.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!equal_ignoring_case(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// A vault's name and the suffix: a private-link name or a deeper one is no vault.
bool is_vault_host(const std::string& host) {
  constexpr std::size_t shortest_name = 3;
  constexpr std::size_t longest_name = 24;
  const Cloud* const cloud = cloud_of_vault_host(host);
  const auto dot = host.find('.');
  return cloud != nullptr && host.size() > dot && host.substr(dot + 1) == cloud->vault_suffix &&
         dot >= shortest_name && dot <= longest_name;
}

}  // namespace

Result<std::string> parse_certificate_identifier(std::string_view text) {
  const auto url = parse_url(text);
  if (!url || url->scheme != "https") return bad("is not an https URL");
  if (url->port != 443 || !is_vault_host(url->host)) {
    return bad("names a host that is no key vault of a known cloud");
  }
  std::string_view path = url->target;
  if (take_prefix(path, "/certificates/") || take_prefix(path, "/keys/")) {
    return bad("names the certificate or its key, not the secret that holds both",
               "write /secrets/ there: the secret has the certificate's name");
  }
  if (!take_prefix(path, "/secrets/")) return bad("does not begin with /secrets/ behind the host");
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = std::min(path.find('/'), path.size());
  const auto name = path.substr(0, slash);
  const auto version = path.substr(std::min(slash + 1, path.size()));
  if (!is_object_name(name) || (slash < path.size() && !is_version(version))) {
    return bad("does not name a secret", "write /secrets/NAME or /secrets/NAME/VERSION there");
  }
  std::string identifier = url->origin() + "/secrets/" + std::string{name};
  if (!version.empty()) identifier.append("/").append(version);
  return identifier;
}

}  // namespace kvlaunch
