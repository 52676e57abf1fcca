#include "providers/authority.hpp"

#include <gmock/gmock.h>

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;

Environment with(const char* name, const char* value) {
  Environment environment;
  environment.set(name, value);
  return environment;
}

std::string authority(const IdentitySpec& spec, const Environment& environment,
                      CloudName cloud = CloudName::public_cloud) {
  const auto url = choose_authority(spec, environment, cloud);
  return url ? url->origin() : std::string{name_of(url.error().code)};
}

TEST(Authority, is_the_clouds_own_by_default) {
  EXPECT_EQ(authority({}, {}), "https://login.microsoftonline.com");
  EXPECT_EQ(authority({}, {}, CloudName::us_government), "https://login.microsoftonline.us");
  EXPECT_EQ(authority({}, {}, CloudName::china), "https://login.chinacloudapi.cn");
}

TEST(Authority, follows_the_variable_with_or_without_slash) {
  for (const char* value :
       {"https://login.microsoftonline.us", "https://login.microsoftonline.us/"}) {
    EXPECT_EQ(authority({}, with("AZURE_AUTHORITY_HOST", value)),
              "https://login.microsoftonline.us");
  }
}

TEST(Authority, follows_the_manifest_before_the_variable) {
  IdentitySpec spec;
  spec.authority_host = "login.chinacloudapi.cn";
  EXPECT_EQ(authority(spec, with("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/")),
            "https://login.chinacloudapi.cn");
}

TEST(Authority, accepts_the_aliases_of_a_cloud) {
  EXPECT_EQ(authority({}, with("AZURE_AUTHORITY_HOST", "https://login.windows.net/")),
            "https://login.windows.net");
}

TEST(Authority, refuses_a_host_of_no_known_cloud) {
  EXPECT_EQ(authority({}, with("AZURE_AUTHORITY_HOST", "https://login.evil.example/")),
            "authority-untrusted");
  EXPECT_EQ(authority({}, with("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com:8443/")),
            "authority-untrusted");
}

TEST(Authority, accepts_any_host_that_the_manifest_trusts) {
  IdentitySpec spec;
  spec.authority_host = "sts.contoso.com";
  spec.trust_authority = true;
  EXPECT_EQ(authority(spec, {}), "https://sts.contoso.com");
}

TEST(Authority, wants_https_without_path) {
  for (const char* value :
       {"http://login.microsoftonline.com/", "login.microsoftonline.com",
        "https://login.microsoftonline.com/contoso", "https://user@login.microsoftonline.com/"}) {
    EXPECT_EQ(authority({}, with("AZURE_AUTHORITY_HOST", value)), "identity-configuration")
        << value;
  }
}

std::string tenant(std::string_view configured, std::string_view requested,
                   const Environment& environment = {}) {
  const auto chosen = choose_tenant(configured, requested, environment);
  return chosen ? *chosen : std::string{name_of(chosen.error().code)};
}

TEST(Tenant, is_the_configured_one_unless_another_is_asked_for) {
  EXPECT_EQ(tenant("contoso", ""), "contoso");
  EXPECT_EQ(tenant("contoso", "CONTOSO"), "contoso");
  EXPECT_EQ(tenant("", ""), "");
}

TEST(Tenant, may_be_another_only_if_that_is_allowed) {
  EXPECT_EQ(tenant("contoso", "fabrikam"), "tenant-mismatch");
  const auto list = with("AZURE_ADDITIONALLY_ALLOWED_TENANTS", "adatum; FABRIKAM ;x");
  EXPECT_EQ(tenant("contoso", "fabrikam", list), "fabrikam");
  EXPECT_EQ(tenant("contoso", "northwind", list), "tenant-mismatch");
  EXPECT_EQ(tenant("contoso", "fabrikam", with("AZURE_ADDITIONALLY_ALLOWED_TENANTS", "*")),
            "fabrikam");
}

TEST(Tenant, follows_the_vault_where_none_is_configured_and_no_line_is_drawn) {
  EXPECT_EQ(tenant("", "fabrikam"), "fabrikam");
  EXPECT_EQ(tenant("", "fabrikam", with("AZURE_ADDITIONALLY_ALLOWED_TENANTS", "contoso")),
            "tenant-mismatch");
}

TEST(Tenant, stays_when_other_tenants_are_switched_off) {
  EXPECT_EQ(tenant("contoso", "fabrikam", with("AZURE_IDENTITY_DISABLE_MULTITENANTAUTH", "True")),
            "contoso");
}

TEST(Tenant, of_adfs_stays_adfs) {
  EXPECT_EQ(tenant("adfs", "fabrikam"), "adfs");
}

TEST(Tenant, is_refused_with_characters_that_no_tenant_has) {
  for (const char* bad : {"a/b", "a b", "a?b", "-x", "a\nb"}) {
    EXPECT_EQ(tenant(bad, ""), "identity-configuration") << bad;
    EXPECT_EQ(tenant("", bad), "identity-configuration") << bad;
  }
}

TEST(Tenant, mismatch_shows_both) {
  const auto chosen = choose_tenant("contoso", "fabrikam", {});
  EXPECT_THAT(chosen.error().message, HasSubstr("contoso"));
  EXPECT_THAT(chosen.error().message, HasSubstr("fabrikam"));
}

}  // namespace
}  // namespace kvlaunch
