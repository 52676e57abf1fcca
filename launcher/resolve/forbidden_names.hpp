// Variables that a selection of secrets must never set: whoever may write to the vault would run
// code in the target through them.
#pragma once

#include <array>
#include <string_view>

namespace kvlaunch {

// Exact names (case counts: these are what shells, libc and interpreters look at).
inline constexpr std::array<std::string_view, 15> forbidden_names{
    "PATH",      "HOME",     "SHELL",     "IFS",   "ENV",    "TMPDIR", "PS4",  "PROMPT_COMMAND",
    "SHELLOPTS", "BASHOPTS", "CLASSPATH", "PAGER", "EDITOR", "VISUAL", "PHPRC"};

// Names that begin so: dynamic loader, shells, TLS, interpreters, tools, and our own identity.
inline constexpr std::array<std::string_view, 25> forbidden_prefixes{
    "LD_",  "BASH_", "GCONV", "GLIBC_", "MALLOC_",   "OPENSSL_",  "SSL_CERT", "NODE_",    "PYTHON",
    "PERL", "RUBY",  "GEM_",  "JAVA_",  "JDK_",      "_JAVA_",    "DOTNET_",  "CORECLR_", "COR_",
    "GIT_", "SSH_",  "LESS",  "AZURE_", "KVLAUNCH_", "IDENTITY_", "MSI_"};

// In any case of letters: curl reads http_proxy, others HTTPS_PROXY.
inline constexpr std::string_view forbidden_suffix = "_proxy";

bool is_forbidden_name(std::string_view variable);

}  // namespace kvlaunch
