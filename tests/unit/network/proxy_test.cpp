#include "launcher/network/proxy.hpp"

#include <gtest/gtest.h>

namespace kvlaunch::network {
namespace {

struct Variables {
  Variables(std::initializer_list<std::pair<const char*, const char*>> list) {
    for (const auto& [name, value] : list) environment.set(name, value);
  }
  Environment environment;
};

const Url& vault() {
  static const Url url = *parse_url("https://vault.test/secrets");
  return url;
}

// The origin of the proxy to the vault; "direct" for none, the error's name if there is one.
std::string way_to_vault(const Variables& variables) {
  const ProxyRules rules{variables.environment};
  const auto proxy = rules.proxy_for(vault(), ProxyUse::from_environment);
  if (!proxy) return std::string{name_of(proxy.error().code)};
  return *proxy == nullptr ? "direct" : (*proxy)->url.origin();
}

TEST(ProxyRules, take_the_proxy_from_either_case_and_the_lower_one_wins) {
  EXPECT_EQ(way_to_vault({}), "direct");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "http://upper:1"}}), "http://upper:1");
  EXPECT_EQ(way_to_vault({{"https_proxy", "http://lower:1"}}), "http://lower:1");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", "http://lower:1"}}),
            "http://lower:1");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "http://upper:1"}, {"https_proxy", ""}}), "direct");
}

TEST(ProxyRules, heed_exceptions_and_the_lower_case_ones_win) {
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "vault.test"}}), "direct");
  EXPECT_EQ(
      way_to_vault({{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", "vault.test"}, {"no_proxy", "x"}}),
      "http://p:1");
}

TEST(ProxyRules, complete_scheme_and_port) {
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "p.test"}}), "http://p.test");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "p.test:3128"}}), "http://p.test:3128");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "https://p.test/"}}), "https://p.test");
}

TEST(ProxyRules, mean_nothing_for_plain_http_and_for_requests_that_never_use_one) {
  const Variables variables{{"HTTPS_PROXY", "http://p:1"}, {"HTTP_PROXY", "http://p:1"}};
  const ProxyRules rules{variables.environment};
  const auto plain = rules.proxy_for(*parse_url("http://vault.test/"), ProxyUse::from_environment);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(*plain, nullptr);
  const auto never = rules.proxy_for(vault(), ProxyUse::never);
  ASSERT_TRUE(never.ok());
  EXPECT_EQ(*never, nullptr);
}

TEST(ProxyRules, decode_user_name_and_password) {
  const Variables variables{{"HTTPS_PROXY", "http://Aladdin:open%20sesame@p.test:3128"}};
  const ProxyRules rules{variables.environment};
  const auto proxy = rules.proxy_for(vault(), ProxyUse::from_environment);
  ASSERT_TRUE(proxy.ok());
  // The example of RFC 7617 section 2.
  EXPECT_TRUE((*proxy)->authorization.equals("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

TEST(ProxyRules, refuse_what_cannot_be_a_proxy_and_never_repeat_it) {
  for (const char* value :
       {"socks5://hunter2@p.test:1080", "ftp://p.test", "http://", "http://p.test:0",
        "http://p.test/hunter2.pac", "http://user:hunter2%zz@p.test", "http://a%3Ab:hunter2@p.test",
        "http://user:hunter2%0a@p.test", "http://p test:80", "http://hunter2:p@ss@[::1"}) {
    const Variables variables{{"HTTPS_PROXY", value}};
    const ProxyRules rules{variables.environment};
    const auto proxy = rules.proxy_for(vault(), ProxyUse::from_environment);
    ASSERT_FALSE(proxy.ok()) << value;
    EXPECT_EQ(proxy.error().code, Code::proxy_configuration) << value;
    EXPECT_NE(proxy.error().message.find("HTTPS_PROXY"), std::string::npos);
    EXPECT_EQ((proxy.error().message + proxy.error().hint).find("hunter2"), std::string::npos);
  }
}

TEST(ProxyRules, complain_about_a_bad_proxy_only_where_it_would_be_used) {
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "socks5://p"}}), "proxy-configuration");
  EXPECT_EQ(way_to_vault({{"HTTPS_PROXY", "socks5://p"}, {"NO_PROXY", "vault.test"}}), "direct");
}

}  // namespace
}  // namespace kvlaunch::network
