// Pieces that the parsers of the single reference syntaxes share; private to launcher/manifest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/manifest/reference.hpp"

namespace kvlaunch::reference_parts {

// No part of the text is ever repeated in a message: an inherited variable that merely begins like
// a reference may hold a secret.
Error syntax_error(std::string message, std::string hint = {});

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::string_view trim_blanks(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

// "secrets", "certificates" or "keys", ignoring case.
std::optional<ObjectKind> kind_of_segment(std::string_view segment);

// Sets name and version (the latter not when empty), or says what is wrong with them.
Result<void> set_object(Reference& reference, std::string_view name, std::string_view version);
// Sets the vault of "//VAULT/": a host if there is a dot or colon in it, else a name or alias.
Result<void> set_vault(Reference& reference, std::string_view vault);
// Sets the text after '#', by the rules of the reference's kind.
Result<void> set_field(Reference& reference, std::string_view field);

// [KIND/]NAME[/VERSION]; `kind` counts where none is written.
Result<void> set_path(Reference& reference, std::string_view path, ObjectKind kind);

// The syntaxes of other systems; `text` begins with their prefix, in any case.
Result<Reference> parse_object_url(std::string_view text);   // https://HOST/secrets/N[/VER]
Result<Reference> parse_app_service(std::string_view text);  // @Microsoft.KeyVault(...)
Result<Reference> parse_azd(std::string_view text);          // akvs://SUB/V/N
Result<Reference> parse_vals(std::string_view text);         // ref+azurekeyvault://V/N
Result<Reference> parse_secret_init(std::string_view text);  // azure:keyvault:N[/VER]

inline constexpr std::string_view kv_prefix = "kv:";
inline constexpr std::string_view app_service_prefix = "@microsoft.keyvault(";
inline constexpr std::string_view azd_prefix = "akvs://";
inline constexpr std::string_view vals_prefix = "ref+azurekeyvault://";
inline constexpr std::string_view vals_secret_prefix = "secretref+azurekeyvault://";
inline constexpr std::string_view secret_init_prefix = "azure:keyvault:";
inline constexpr std::string_view https_prefix = "https://";
inline constexpr std::string_view http_prefix = "http://";

}  // namespace kvlaunch::reference_parts
