// Telling references from ordinary text: what must parse, what the guard stops at, and what belongs
// to another system (reference/key-vault.md 6.0).
#include <algorithm>
#include <array>

#include "launcher/base/cloud.hpp"
#include "launcher/base/json.hpp"
#include "launcher/base/url.hpp"
#include "launcher/manifest/host_check.hpp"
#include "launcher/manifest/reference_parts.hpp"

namespace kvlaunch {

using namespace reference_parts;

namespace {

// Does the host end in the suffix of a known cloud? Without the dot boundary on purpose: a host
// that only looks like a vault's has to be refused later, not passed on as a literal.
bool resembles_vault_host(std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  authority = authority.substr(0, authority.find(':'));
  while (authority.ends_with('.')) authority.remove_suffix(1);
  const std::string host = to_lower(authority);
  return host.ends_with(german_suffix) ||
         std::any_of(clouds.begin(), clouds.end(), [&](const Cloud& cloud) {
           return host.ends_with(cloud.vault_suffix) || host.ends_with(cloud.managed_hsm_suffix);
         });
}

// A URL of a vault with an object's path. A vault's URL alone is an ordinary setting.
bool is_object_url(std::string_view text) {
  const bool https = starts_with_ignoring_case(text, https_prefix);
  if (!https && !starts_with_ignoring_case(text, http_prefix)) return false;
  text.remove_prefix(https ? https_prefix.size() : http_prefix.size());
  const auto end = text.find_first_of("/?#");
  if (end == std::string_view::npos || !resembles_vault_host(text.substr(0, end))) return false;
  auto path = text.substr(end);
  while (path.starts_with('/')) path.remove_prefix(1);
  return kind_of_segment(path.substr(0, path.find_first_of("/?#"))).has_value();
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// NAME@azurekeyvault[?QUERY] of akv2k8s, NAME being 1-255 alphanumerics and inner dashes.
bool is_akv2k8s(std::string_view text) {
  constexpr std::string_view marker = "@azurekeyvault";
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 255) return false;
  const auto name = text.substr(0, at);
  const auto rest = text.substr(at);
  return starts_with_ignoring_case(rest, marker) &&
         (rest.size() == marker.size() || rest[marker.size()] == '?') &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-'; });
}

// {"uri":"https://V.../secrets/N"} as App Configuration stores it.
bool is_app_configuration(std::string_view text) {
  if (!text.starts_with('{') || text.find("\"uri\"") == std::string_view::npos) return false;
  const auto json = Json::parse(text);
  if (!json || json->members().size() != 1) return false;
  const auto uri = json->member("uri");
  return uri && is_object_url(uri->string().value_or(""));
}

// [>>]vault:PATH/PATH#KEY of bank-vaults; "vault:1.13" is an image and stays a literal.
bool is_bank_vaults(std::string_view text) {
  if (text.starts_with(">>")) text.remove_prefix(2);
  if (!text.starts_with("vault:")) return false;
  const auto mark = text.find('#');
  return mark != std::string_view::npos && mark + 1 < text.size() &&
         text.substr(0, mark).find('/') != std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

// "ref+SCHEME://" or "secretref+SCHEME://", which vals finds anywhere in a text.
bool has_vals_reference(std::string_view text) {
  constexpr std::string_view opening = "ref+";
  for (auto at = text.find(opening); at != std::string_view::npos;
       at = text.find(opening, at + 1)) {
    const auto before = text.substr(0, at);
    if (!before.empty() && is_alphanumeric(before.back()) && !before.ends_with("secret")) continue;
    const auto scheme = text.substr(at + opening.size());
    const auto end = std::find_if_not(scheme.begin(), scheme.end(), is_alphanumeric);
    const auto length = static_cast<std::size_t>(end - scheme.begin());
    if (length > 0 && scheme.substr(length).starts_with("://")) return true;
  }
  return false;
}

struct ForeignPrefix {
  std::string_view prefix;
  std::string_view system;
};

constexpr auto foreign_prefixes = std::to_array<ForeignPrefix>({
    {"@microsoft.keyvault", "App Service without its parentheses"},
    {"@microsoft.appconfiguration(", "App Configuration (@Microsoft.AppConfiguration)"},
    {"keyvaultref:", "Container Apps (keyvaultref:)"},
    {"azuresecret(", "varlock (azureSecret)"},
    {"akv://", "SecretSpec (akv://)"},
    {"op://", "1Password (op://)"},
    {"berglas://", "Google's berglas (berglas://)"},
    {"sm://", "Google Secret Manager (sm://)"},
    {"gcp:secretmanager:", "Google Secret Manager (gcp:secretmanager:)"},
    {"ssm://", "AWS Parameter Store (ssm://)"},
});

}  // namespace

bool is_guarded_form(std::string_view text) {
  constexpr std::array prefixes{kv_prefix,   app_service_prefix, azd_prefix,
                                vals_prefix, vals_secret_prefix, secret_init_prefix};
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
    return starts_with_ignoring_case(text, prefix);
  });
}

bool looks_like_reference(std::string_view text) {
  return is_guarded_form(text) || is_object_url(text);
}

std::optional<std::string_view> foreign_reference(std::string_view text) {
  if (looks_like_reference(text)) return std::nullopt;
  for (const auto& known : foreign_prefixes) {
    if (starts_with_ignoring_case(text, known.prefix)) return known.system;
  }
  if (is_akv2k8s(text)) return "akv2k8s (NAME@azurekeyvault)";
  if (is_bank_vaults(text)) return "bank-vaults (vault:PATH#KEY)";
  if (is_app_configuration(text)) return "App Configuration ({\"uri\": ...})";
  if (has_vals_reference(text)) return "vals (ref+...), of another system or inside other text";
  return std::nullopt;
}

}  // namespace kvlaunch
