// Checks of the parts of a reference: vault, object name, version, field.
//
// Source of the rules on names: learn.microsoft.com/azure/key-vault/general/
// about-keys-secrets-certificates (object identifiers).
#include "launcher/manifest/reference_parts.hpp"

#include <algorithm>
#include <array>

#include "launcher/base/url.hpp"

namespace kvlaunch {
namespace {

constexpr std::size_t object_name_limit = 127;
constexpr std::size_t vault_name_least = 3;
constexpr std::size_t vault_name_limit = 24;
constexpr std::size_t vault_alias_limit = 64;
constexpr std::size_t host_limit = 255 + 6;  // RFC 1035, and ":65535"
constexpr std::size_t version_length = 32;
constexpr std::size_t field_limit = 1024;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_letter(c) || is_digit(c);
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '-';
}

}  // namespace

std::string problem_with_object_name(std::string_view name) {
  if (name.empty()) return "the name is empty";
  if (name.size() > object_name_limit) return "the name is longer than 127 characters";
  const auto bad = std::find_if_not(name.begin(), name.end(), is_name_character);
  if (bad == name.end()) return {};
  if (*bad == '_' || *bad == '.') {
    return std::string{"the name has a '"} + *bad +
           "': Key Vault takes letters, digits and '-' only";
  }
  if (*bad == '%') return "the name has a '%': escapes are not taken";
  return "the name has a character other than letters, digits and '-'";
}

std::string problem_with_vault_name(std::string_view name) {
  if (name.size() < vault_name_least || name.size() > vault_name_limit) {
    return "a vault's name has 3 to 24 characters";
  }
  if (!std::all_of(name.begin(), name.end(), is_name_character)) {
    return "a vault's name has letters, digits and '-' only";
  }
  if (!is_letter(name.front())) return "a vault's name begins with a letter";
  if (!is_alphanumeric(name.back())) return "a vault's name ends with a letter or digit";
  if (name.find("--") != std::string_view::npos) return "a vault's name has no '--'";
  return {};
}

std::string problem_with_vault_alias(std::string_view alias) {
  if (alias.empty()) return "the vault is empty";
  if (alias.size() > vault_alias_limit) return "the vault's name is longer than 64 characters";
  const bool plain = std::all_of(alias.begin(), alias.end(),
                                 [](char c) { return is_name_character(c) || c == '_'; });
  return plain ? "" : "a vault's alias has letters, digits, '-' and '_' only";
}

namespace reference_parts {
namespace {

// RFC 6901: '~' only as "~0" or "~1".
bool is_json_pointer(std::string_view pointer) {
  if (!pointer.starts_with('/')) return false;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    const bool escaped = i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
    if (pointer[i] == '~' && !escaped) return false;
  }
  return true;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<void> check_part(std::string_view field, std::string_view object,
                        const std::vector<std::string_view>& parts) {
  if (std::find(parts.begin(), parts.end(), field) != parts.end()) return {};
  std::string list;
  for (const auto part : parts) list.append(list.empty() ? "#" : ", #").append(part);
  return syntax_error("no part of a " + std::string{object} + " has that name",
                      "the parts are " + list);
}

}  // namespace

Error syntax_error(std::string message, std::string hint) {
  return Error{
      .code = Code::reference_syntax, .message = std::move(message), .hint = std::move(hint)};
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

std::optional<ObjectKind> kind_of_segment(std::string_view segment) {
  for (const auto kind : {ObjectKind::secret, ObjectKind::certificate, ObjectKind::key}) {
    if (equal_ignoring_case(segment, path_segment_of(kind))) return kind;
  }
  return std::nullopt;
}

Result<void> set_object(Reference& reference, std::string_view name, std::string_view version) {
  if (const auto problem = problem_with_object_name(name); !problem.empty()) {
    const auto blank = name.find_first_of(" \t\r\n") != std::string_view::npos;
    return syntax_error(problem, blank ? "leave out the white space"
                                       : "look the name up with: az keyvault secret list");
  }
  // Anything else in the place of the version ("versions", "backup") is another operation there.
  const bool is_version =
      version.size() == version_length && std::all_of(version.begin(), version.end(), is_hex);
  if (!version.empty() && !is_version) {
    return syntax_error("the version is not 32 hex digits",
                        "copy it from the portal, or leave it out for the latest one");
  }
  reference.name = name;
  reference.version = to_lower(version);
  return {};
}

Result<void> set_vault(Reference& reference, std::string_view vault) {
  if (vault.find('@') != std::string_view::npos) {
    return syntax_error("user information before the vault", "write kv://VAULT/NAME");
  }
  if (vault.find_first_of(".:") == std::string_view::npos) {
    if (auto problem = problem_with_vault_alias(vault); !problem.empty()) {
      return syntax_error(std::move(problem), "write kv://VAULT/NAME");
    }
    reference.vault_form = Reference::VaultForm::name_or_alias;
    reference.vault = vault;
    return {};
  }
  const bool plain = std::all_of(vault.begin(), vault.end(), [](char c) {
    return is_name_character(c) || std::string_view{"._:[]%"}.find(c) != std::string_view::npos;
  });
  if (!plain || vault.size() > host_limit) {
    return syntax_error("the vault is no usable host name",
                        "write the vault's name, or its host as the portal shows it");
  }
  reference.vault_form = Reference::VaultForm::host;
  reference.vault = to_lower(vault);
  return {};
}

Result<void> set_field(Reference& reference, std::string_view field) {
  if (field.empty()) return syntax_error("nothing after '#'", "leave out the '#'");
  if (field.size() > field_limit) return syntax_error("more than 1024 characters after '#'");
  if (has_control_character(field)) return syntax_error("a control character after '#'");
  Result<void> checked;
  if (reference.kind == ObjectKind::certificate) {
    checked = check_part(field, "certificate",
                         {"cert", "chain", "fullchain", "key", "bundle", "pfx", "not_after"});
  } else if (reference.kind == ObjectKind::key) {
    checked = check_part(field, "key", {"pem", "jwk"});
  } else if (!field.starts_with('/')) {
    checked = syntax_error("the text after '#' is no JSON pointer",
                           "begin it with '/': #/member or #/outer/inner");
  } else if (!is_json_pointer(field)) {
    checked = syntax_error("a '~' in the JSON pointer that is not ~0 or ~1",
                           "write ~0 for '~' and ~1 for '/' in a member's name");
  }
  if (!checked) return checked;
  reference.field = field;
  return {};
}

Result<void> set_path(Reference& reference, std::string_view path, ObjectKind kind) {
  auto segments = split(path, '/');
  reference.kind = kind;
  if (segments.size() > 1) {
    if (const auto written = kind_of_segment(segments.front())) {
      reference.kind = *written;
      segments.erase(segments.begin());
    }
  }
  if (segments.size() > 2) {
    return syntax_error("too many '/' in it",
                        "the form is [secrets/|certificates/|keys/]NAME[/VERSION]");
  }
  const auto version = segments.size() == 2 ? segments.back() : std::string_view{};
  if (segments.size() == 2 && version.empty()) {
    return syntax_error("nothing after the last '/'", "leave out the '/' for the latest version");
  }
  return set_object(reference, segments.front(), version);
}

}  // namespace reference_parts
}  // namespace kvlaunch
