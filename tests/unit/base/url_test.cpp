#include "launcher/base/url.hpp"

#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

TEST(Url, is_taken_apart_and_lower_cased_where_case_means_nothing) {
  const auto url = parse_url("HTTPS://Vault.Azure.NET/Secrets/X?api-version=7.4#part");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "vault.azure.net");
  EXPECT_EQ(url->port, 443);
  EXPECT_FALSE(url->explicit_port);
  EXPECT_EQ(url->target, "/Secrets/X?api-version=7.4");
  EXPECT_EQ(url->path(), "/Secrets/X");
  EXPECT_EQ(url->query(), "api-version=7.4");
}

TEST(Url, keeps_a_port_that_is_not_the_schemes_own) {
  const auto url = parse_url("http://127.0.0.1:8080");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->authority(), "127.0.0.1:8080");
  EXPECT_EQ(url->target, "/");
}

TEST(Url, puts_brackets_around_an_ipv6_literal_again) {
  const auto url = parse_url("https://[::1]:444/x");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->text(), "https://[::1]:444/x");
}

TEST(Url, refuses_what_could_send_a_token_elsewhere) {
  for (const char* text : {"https://a@b/", "https://a b/", "ftp://a/", "https:///x", "https://a:0/",
                           "https://a:70000/", "https://a:/", "//a/", "https://[::1",
                           "https://a\\b/", "https://a\n/", "https://a%2eb/"}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
}

TEST(Host, is_below_a_suffix_only_with_a_dot_between) {
  EXPECT_TRUE(host_is_below("a.vault.azure.net", "vault.azure.net"));
  EXPECT_TRUE(host_is_below("vault.azure.net", "vault.azure.net"));
  EXPECT_FALSE(host_is_below("evilvault.azure.net", "vault.azure.net"));
}

TEST(Percent, encodes_all_but_unreserved_characters_and_decodes_them_again) {
  EXPECT_EQ(percent_encode("a b/é~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(percent_decode("a%20b%2F%C3%A9~").value(), "a b/é~");
  EXPECT_FALSE(percent_decode("%").ok());
  EXPECT_FALSE(percent_decode("%4").ok());
  EXPECT_FALSE(percent_decode("%zz").ok());
  EXPECT_EQ(percent_decode("%41").value(), "A");
}

}  // namespace
}  // namespace kvlaunch
