// Every kind of error kvlaunch can report: its stable name and the exit code it leads to.
//
// One line here is one row in docs/troubleshooting.md (a test compares the two lists). The exit
// codes are those of sysexits.h (75, 77, 78) and of env(1), timeout(1), podman(1) (125, 126, 127).
#pragma once

#include <array>
#include <string_view>

namespace kvlaunch {

enum class ExitClass : int {
  temporary = 75,      // EX_TEMPFAIL: trying again may help
  refused = 77,        // EX_NOPERM: identity or permission
  configuration = 78,  // EX_CONFIG: usage, manifest, reference, missing or unusable value
  internal = 125,      // kvlaunch itself failed
  cannot_execute = 126,
  not_found = 127,
};

// clang-format off
#define KVLAUNCH_CODES(X)                                                     \
  /* command line and program */                                              \
  X(usage,                     "usage",                     configuration)    \
  X(not_yet,                   "not-yet",                   configuration)    \
  X(terminal_refused,          "terminal-refused",          configuration)    \
  X(internal,                  "internal",                  internal)         \
  X(out_of_memory,             "out-of-memory",             internal)         \
  X(at_secure,                 "at-secure",                 internal)         \
  /* manifest */                                                              \
  X(manifest_missing,          "manifest-missing",          configuration)    \
  X(manifest_unreadable,       "manifest-unreadable",       configuration)    \
  X(manifest_unsafe,           "manifest-unsafe",           configuration)    \
  X(manifest_too_large,        "manifest-too-large",        configuration)    \
  X(manifest_encoding,         "manifest-encoding",         configuration)    \
  X(manifest_syntax,           "manifest-syntax",           configuration)    \
  X(manifest_too_deep,         "manifest-too-deep",         configuration)    \
  X(manifest_alias,            "manifest-alias",            configuration)    \
  X(manifest_version,          "manifest-version",          configuration)    \
  X(manifest_unknown_key,      "manifest-unknown-key",      configuration)    \
  X(manifest_duplicate_key,    "manifest-duplicate-key",    configuration)    \
  X(manifest_wrong_type,       "manifest-wrong-type",       configuration)    \
  X(manifest_bad_value,        "manifest-bad-value",        configuration)    \
  X(manifest_missing_value,    "manifest-missing-value",    configuration)    \
  X(manifest_conflict,         "manifest-conflict",         configuration)    \
  X(manifest_include,          "manifest-include",          configuration)    \
  X(manifest_unknown_profile,  "manifest-unknown-profile",  configuration)    \
  X(env_file,                  "env-file",                  configuration)    \
  X(template_syntax,           "template-syntax",           configuration)    \
  X(template_undefined,        "template-undefined",        configuration)    \
  /* references */                                                            \
  X(reference_syntax,          "reference-syntax",          configuration)    \
  X(reference_unsupported,     "reference-unsupported",     configuration)    \
  X(reference_vault,           "reference-vault",           configuration)    \
  X(reference_host,            "reference-host",            configuration)    \
  /* variables */                                                             \
  X(variable_name,             "variable-name",             configuration)    \
  X(variable_forbidden,        "variable-forbidden",        configuration)    \
  X(variable_unresolved,       "variable-unresolved",       configuration)    \
  X(variable_conflict,         "variable-conflict",         configuration)    \
  X(variable_nul,              "variable-nul",              configuration)    \
  X(variable_too_large,        "variable-too-large",        configuration)    \
  X(environment_too_large,     "environment-too-large",     configuration)    \
  X(env_from_empty,            "env-from-empty",            configuration)    \
  /* target */                                                                \
  X(target_not_found,          "target-not-found",          not_found)        \
  X(target_not_executable,     "target-not-executable",     cannot_execute)   \
  /* identity */                                                              \
  X(identity_configuration,    "identity-configuration",    configuration)    \
  X(connection_string,         "connection-string",         configuration)    \
  X(identity_unavailable,      "identity-unavailable",      refused)          \
  X(identity_refused,          "identity-refused",          refused)          \
  X(identity_temporary,        "identity-temporary",        temporary)        \
  X(credential_file,           "credential-file",           configuration)    \
  X(authority_untrusted,       "authority-untrusted",       configuration)    \
  /* network */                                                               \
  X(dns_not_found,             "dns-not-found",             configuration)    \
  X(dns_failure,               "dns-failure",               temporary)        \
  X(connect_failure,           "connect-failure",           temporary)        \
  X(connection_lost,           "connection-lost",           temporary)        \
  X(tls_untrusted,             "tls-untrusted",             configuration)    \
  X(tls_wrong_host,            "tls-wrong-host",            configuration)    \
  X(tls_failure,               "tls-failure",               temporary)        \
  X(proxy_configuration,       "proxy-configuration",       configuration)    \
  X(proxy_refused,             "proxy-refused",             configuration)    \
  X(proxy_failure,             "proxy-failure",             temporary)        \
  X(redirect_refused,          "redirect-refused",          configuration)    \
  X(response_too_large,        "response-too-large",        temporary)        \
  X(response_malformed,        "response-malformed",        temporary)        \
  X(deadline,                  "deadline",                  temporary)        \
  X(clock_offset,              "clock-offset",              configuration)    \
  /* Key Vault */                                                             \
  X(challenge_refused,         "challenge-refused",         configuration)    \
  X(tenant_mismatch,           "tenant-mismatch",           refused)          \
  X(vault_unauthorized,        "vault-unauthorized",        refused)          \
  X(vault_forbidden,           "vault-forbidden",           refused)          \
  X(vault_forbidden_policy,    "vault-forbidden-policy",    refused)          \
  X(vault_forbidden_rbac,      "vault-forbidden-rbac",      refused)          \
  X(vault_forbidden_firewall,  "vault-forbidden-firewall",  refused)          \
  X(vault_forbidden_connection,"vault-forbidden-connection",refused)          \
  X(vault_throttled,           "vault-throttled",           temporary)        \
  X(vault_unavailable,         "vault-unavailable",         temporary)        \
  X(vault_bad_request,         "vault-bad-request",         configuration)    \
  X(secret_missing,            "secret-missing",            configuration)    \
  X(secret_deleted,            "secret-deleted",            configuration)    \
  X(secret_disabled,           "secret-disabled",           configuration)    \
  X(secret_expired,            "secret-expired",            configuration)    \
  X(secret_not_yet_valid,      "secret-not-yet-valid",      configuration)    \
  X(pointer_missing,           "pointer-missing",           configuration)    \
  X(value_unusable,            "value-unusable",            configuration)
// clang-format on

enum class Code {
#define KVLAUNCH_CODE_ENUM(id, name, exit) id,
  KVLAUNCH_CODES(KVLAUNCH_CODE_ENUM)
#undef KVLAUNCH_CODE_ENUM
};

struct CodeRow {
  Code code;
  std::string_view name;
  ExitClass exit;
};

inline constexpr auto code_table = std::to_array<CodeRow>({
#define KVLAUNCH_CODE_ROW(id, name, exit) {Code::id, name, ExitClass::exit},
    KVLAUNCH_CODES(KVLAUNCH_CODE_ROW)
#undef KVLAUNCH_CODE_ROW
});

constexpr std::string_view name_of(Code code) {
  return code_table[static_cast<std::size_t>(code)].name;
}

constexpr ExitClass exit_class_of(Code code) {
  return code_table[static_cast<std::size_t>(code)].exit;
}

}  // namespace kvlaunch
