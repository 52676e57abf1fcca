#include "launcher/network/no_proxy.hpp"

#include <gtest/gtest.h>

namespace kvlaunch::network {
namespace {

struct Case {
  const char* list;
  const char* url;
  bool direct;
};

void PrintTo(const Case& test, std::ostream* out) {
  *out << test.list << " for " << test.url;
}

class NoProxy : public testing::TestWithParam<Case> {};

TEST_P(NoProxy, decides_per_host_and_port) {
  const auto url = parse_url(GetParam().url);
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(no_proxy_matches(GetParam().list, *url), GetParam().direct);
}

INSTANTIATE_TEST_SUITE_P(
    Names, NoProxy,
    testing::Values(
        Case{"", "https://a.test/", false}, Case{"*", "https://a.test/", true},
        Case{"a.test", "https://a.test/", true}, Case{"a.test", "https://b.a.test/", true},
        Case{"a.test", "https://ba.test/", false}, Case{".a.test", "https://b.a.test/", true},
        Case{".a.test", "https://a.test/", true}, Case{".a.test", "https://ba.test/", false},
        Case{"*.a.test", "https://c.b.a.test/", true}, Case{"*.a.test", "https://ba.test/", false},
        Case{"A.Test", "https://a.test/", true}, Case{"a.test.", "https://a.test/", true},
        Case{"a.test", "https://a.test./", true}, Case{"x.test, a.test", "https://a.test/", true},
        Case{"x.test a.test", "https://a.test/", true},
        Case{",, ,a.test,", "https://a.test/", true},
        Case{"x.test,y.test", "https://a.test/", false}, Case{"test", "https://a.test/", true},
        Case{".", "https://a.test/", false}));

INSTANTIATE_TEST_SUITE_P(Ports, NoProxy,
                         testing::Values(Case{"a.test:443", "https://a.test/", true},
                                         Case{"a.test:8443", "https://a.test/", false},
                                         Case{"a.test:8443", "https://b.a.test:8443/", true},
                                         Case{"a.test:", "https://a.test/", false},
                                         Case{"a.test:x", "https://a.test/", false},
                                         Case{"*:443", "https://a.test/", true},
                                         Case{"192.0.2.1:443", "https://192.0.2.1/", true},
                                         Case{"192.0.2.1:80", "https://192.0.2.1/", false},
                                         Case{"[2001:db8::1]:443", "https://[2001:db8::1]/", true},
                                         Case{"[2001:db8::1]:444", "https://[2001:db8::1]/",
                                              false}));

INSTANTIATE_TEST_SUITE_P(Addresses, NoProxy,
                         testing::Values(Case{"192.0.2.1", "https://192.0.2.1/", true},
                                         Case{"192.0.2.1", "https://192.0.2.10/", false},
                                         Case{"2.1", "https://192.0.2.1/", false},
                                         Case{"2001:db8::1", "https://[2001:db8:0:0::1]/", true},
                                         Case{"[2001:db8::1]", "https://[2001:db8::1]/", true},
                                         Case{"[2001:db8::1", "https://[2001:db8::1]/", false},
                                         Case{"192.0.2.0/24", "https://192.0.2.200/", true},
                                         Case{"192.0.2.0/24", "https://192.0.3.1/", false},
                                         Case{"192.0.2.0/25", "https://192.0.2.127/", true},
                                         Case{"192.0.2.0/25", "https://192.0.2.128/", false},
                                         Case{"192.0.2.7/32", "https://192.0.2.7/", true},
                                         Case{"0.0.0.0/0", "https://192.0.2.7/", true},
                                         Case{"0.0.0.0/0", "https://[2001:db8::1]/", false},
                                         Case{"0.0.0.0/0", "https://a.test/", false},
                                         Case{"192.0.2.0/33", "https://192.0.2.7/", false},
                                         Case{"192.0.2.0/", "https://192.0.2.0/", false},
                                         Case{"192.0.2.0/x", "https://192.0.2.0/", false},
                                         Case{"2001:db8::/32", "https://[2001:db8:ffff::1]/", true},
                                         Case{"2001:db8::/32", "https://[2001:db9::1]/", false}));

}  // namespace
}  // namespace kvlaunch::network
