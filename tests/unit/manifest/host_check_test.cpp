// Which hosts are taken for vaults.
#include "launcher/manifest/host_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;

std::string checked(std::string_view vault, TrustHost trust = TrustHost::no,
                    CloudName cloud = CloudName::public_cloud) {
  const auto url = check_vault_host(vault, trust, cloud);
  if (url) return url->text();
  EXPECT_TRUE(url.error().code == Code::reference_host ||
              url.error().code == Code::reference_vault);
  EXPECT_FALSE(url.error().hint.empty()) << vault;
  return "error: " + url.error().message;
}

TEST(HostCheck, adds_the_suffix_of_the_cloud_to_a_name) {
  EXPECT_EQ(checked("contoso-dev"), "https://contoso-dev.vault.azure.net/");
  EXPECT_EQ(checked("Contoso"), "https://contoso.vault.azure.net/");
  EXPECT_EQ(checked("contoso", TrustHost::no, CloudName::us_government),
            "https://contoso.vault.usgovcloudapi.net/");
  EXPECT_EQ(checked("contoso", TrustHost::no, CloudName::china), "https://contoso.vault.azure.cn/");
}

TEST(HostCheck, takes_a_name_for_a_vault_even_where_hosts_are_trusted) {
  EXPECT_EQ(checked("localhost", TrustHost::yes), "https://localhost.vault.azure.net/");
}

TEST(HostCheck, takes_hosts_and_urls_of_every_cloud) {
  EXPECT_EQ(checked("contoso.vault.azure.net"), "https://contoso.vault.azure.net/");
  EXPECT_EQ(checked("Contoso.Vault.Azure.CN"), "https://contoso.vault.azure.cn/");
  EXPECT_EQ(checked("https://contoso.vault.usgovcloudapi.net"),
            "https://contoso.vault.usgovcloudapi.net/");
  EXPECT_EQ(checked("HTTPS://contoso.vault.azure.net:443/"), "https://contoso.vault.azure.net/");
}

TEST(HostCheck, insists_on_the_dot_before_the_suffix) {
  EXPECT_THAT(checked("evilvault.azure.net"), HasSubstr("without the dot"));
  EXPECT_THAT(checked("https://contosovault.azure.cn"), HasSubstr("without the dot"));
}

TEST(HostCheck, insists_on_exactly_one_label) {
  EXPECT_THAT(checked("vault.azure.net"), HasSubstr("without the vault's name"));
  EXPECT_THAT(checked("a.contoso.vault.azure.net"), HasSubstr("more than one label"));
  EXPECT_THAT(checked("a.contoso.vault.azure.net", TrustHost::yes),
              HasSubstr("more than one label"));
}

TEST(HostCheck, checks_the_label_as_a_vault_name) {
  EXPECT_THAT(checked("ab.vault.azure.net"), HasSubstr("3 to 24"));
  EXPECT_THAT(checked("1abc.vault.azure.net"), HasSubstr("begins with a letter"));
  EXPECT_THAT(checked("a--b.vault.azure.net"), HasSubstr("--"));
  EXPECT_THAT(checked("con_toso"), HasSubstr("letters, digits"));
  EXPECT_THAT(checked(""), HasSubstr("3 to 24"));
}

TEST(HostCheck, refuses_other_hosts_addresses_and_ports_unless_trusted) {
  EXPECT_THAT(checked("vault.local"), HasSubstr("outside the known clouds"));
  EXPECT_THAT(checked("contoso.vault.azure.net.example.com"),
              HasSubstr("outside the known clouds"));
  EXPECT_THAT(checked("127.0.0.1"), HasSubstr("address"));
  EXPECT_THAT(checked("https://[::1]:8443"), HasSubstr("address"));
  EXPECT_THAT(checked("contoso.vault.azure.net:8443"), HasSubstr("port"));
  EXPECT_THAT(checked("devbox:443"), HasSubstr("outside the known clouds"));
}

TEST(HostCheck, takes_other_hosts_addresses_and_ports_where_trusted) {
  EXPECT_EQ(checked("vault.local", TrustHost::yes), "https://vault.local/");
  EXPECT_EQ(checked("devbox:8443", TrustHost::yes), "https://devbox:8443/");
  EXPECT_EQ(checked("https://localhost", TrustHost::yes), "https://localhost/");
  EXPECT_EQ(checked("my_vault.local", TrustHost::yes), "https://my_vault.local/");
  EXPECT_EQ(checked("127.0.0.1:8443", TrustHost::yes), "https://127.0.0.1:8443/");
  EXPECT_EQ(checked("[::1]:8443", TrustHost::yes), "https://[::1]:8443/");
  EXPECT_EQ(checked("https://[::1]", TrustHost::yes), "https://[::1]/");
  EXPECT_EQ(checked("contoso.vault.azure.net:8443", TrustHost::yes),
            "https://contoso.vault.azure.net:8443/");
}

TEST(HostCheck, refuses_what_no_trust_makes_right) {
  for (const auto trust : {TrustHost::no, TrustHost::yes}) {
    EXPECT_THAT(checked("http://contoso.vault.azure.net", trust), HasSubstr("not https"));
    EXPECT_THAT(checked("ftp://contoso.vault.azure.net", trust), HasSubstr("not https"));
    EXPECT_THAT(checked("user:pw@contoso.vault.azure.net", trust), HasSubstr("user information"));
    EXPECT_THAT(checked("https://contoso.vault.azure.net?x", trust), HasSubstr("query"));
    EXPECT_THAT(checked("https://contoso.vault.azure.net/#x", trust), HasSubstr("fragment"));
    EXPECT_THAT(checked("https://contoso.vault.azure.net/secrets/n", trust), HasSubstr("path"));
    EXPECT_THAT(checked("https://contoso.vault.azure.net//", trust), HasSubstr("path"));
    EXPECT_THAT(checked("contoso.vault.azure.net.", trust), HasSubstr("dot at the end"));
    EXPECT_THAT(checked("contoso%2evault.azure.net", trust), HasSubstr("'%'"));
    EXPECT_THAT(checked("contoso..azure.net", trust), HasSubstr("no usable host name"));
    EXPECT_THAT(checked("-a.local", trust), HasSubstr("no usable host name"));
    EXPECT_THAT(checked(".local", trust), HasSubstr("no usable host name"));
    EXPECT_THAT(checked("\xC3\xA9.local", trust), HasSubstr("not a usable URL"));
    EXPECT_THAT(checked("a b.local", trust), HasSubstr("not a usable URL"));
    EXPECT_THAT(checked("vault.local:0", trust), HasSubstr("port"));
    EXPECT_THAT(checked("vault.local:65536", trust), HasSubstr("port"));
    EXPECT_THAT(checked("127.1", trust), HasSubstr("unusual spelling"));
    EXPECT_THAT(checked("0x7f.0.0.0x1", trust), HasSubstr("unusual spelling"));
    EXPECT_THAT(checked(std::string(64, 'a') + ".local", trust), HasSubstr("no usable host name"));
  }
}

TEST(HostCheck, says_that_a_managed_hsm_holds_no_secrets) {
  for (const auto trust : {TrustHost::no, TrustHost::yes}) {
    EXPECT_THAT(checked("contoso.managedhsm.azure.net", trust), HasSubstr("keys and no secrets"));
  }
}

TEST(HostCheck, says_that_the_german_cloud_is_closed) {
  EXPECT_THAT(checked("contoso.vault.microsoftazure.de"), HasSubstr("closed in 2021"));
}

TEST(HostCheck, sends_those_who_name_a_private_endpoint_to_the_vaults_own_name) {
  EXPECT_THAT(checked("contoso.privatelink.vaultcore.azure.net"), HasSubstr("private endpoint"));
}

}  // namespace
}  // namespace kvlaunch
