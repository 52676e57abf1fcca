#include "launcher/resolve/forbidden_names.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

TEST(ForbiddenNames, are_those_through_which_a_vault_could_run_code) {
  for (const char* name : {"PATH",
                           "HOME",
                           "SHELL",
                           "IFS",
                           "ENV",
                           "TMPDIR",
                           "PS4",
                           "PROMPT_COMMAND",
                           "SHELLOPTS",
                           "BASHOPTS",
                           "CLASSPATH",
                           "PAGER",
                           "EDITOR",
                           "VISUAL",
                           "PHPRC",
                           "HTTP_PROXY",
                           "https_proxy",
                           "No_Proxy",
                           "MY_PROXY",
                           "LD_PRELOAD",
                           "BASH_ENV",
                           "GCONV_PATH",
                           "GLIBC_TUNABLES",
                           "MALLOC_CHECK_",
                           "OPENSSL_CONF",
                           "SSL_CERT_FILE",
                           "NODE_OPTIONS",
                           "PYTHONPATH",
                           "PERL5LIB",
                           "RUBYOPT",
                           "GEM_HOME",
                           "JAVA_TOOL_OPTIONS",
                           "JDK_JAVA_OPTIONS",
                           "_JAVA_OPTIONS",
                           "LESSOPEN",
                           "DOTNET_STARTUP_HOOKS",
                           "CORECLR_PROFILER",
                           "COR_PROFILER",
                           "GIT_SSH_COMMAND",
                           "SSH_ASKPASS",
                           "AZURE_CLIENT_ID",
                           "KVLAUNCH_MANIFEST",
                           "IDENTITY_ENDPOINT",
                           "MSI_SECRET"}) {
    EXPECT_TRUE(is_forbidden_name(name)) << name;
  }
}

TEST(ForbiddenNames, leave_ordinary_ones_alone) {
  for (const char* name :
       {"DB_PASSWORD", "PATHS", "MY_PATH", "path", "HOMEPAGE", "ENVIRONMENT", "PROXY", "PROXY_URL",
        "LDAP_URL", "NODES", "GITHUB_TOKEN", "SSHKEY", "MY_LD_PRELOAD", "IFSX", ""}) {
    EXPECT_FALSE(is_forbidden_name(name)) << name;
  }
}

}  // namespace
}  // namespace kvlaunch
