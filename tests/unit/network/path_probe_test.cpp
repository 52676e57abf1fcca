// What is seen of each step, over loopback.
#include "launcher/network/path_probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

using testing::HasSubstr;

struct PathProbeTest : testing::Test {
  PathProbe& probe() {
    if (!made_) {
      made_ = make_path_probe(
          TransportSettings{environment, ca_file}, clock, log,
          [](const std::string& host) -> Result<NameAnswer> {
            if (host != "vault.test") return Error{.code = Code::dns_not_found};
            return NameAnswer{{*Address::parse("127.0.0.1")}, "vault.privatelink.test"};
          },
          TrustPlaces{});
    }
    return *made_;
  }
  [[nodiscard]] Deadline deadline() const { return Deadline::in(clock, Milliseconds{20'000}); }

  SystemClock clock;
  kvlaunch::test::FakeLog log;
  Environment environment;
  TemporaryDirectory directory;
  std::string ca_file;

 private:
  std::unique_ptr<PathProbe> made_;
};

TEST_F(PathProbeTest, names_the_entry_that_takes_the_proxy_out_of_the_way) {
  environment.set("HTTPS_PROXY", "http://USER:s3cret@proxy.test:3128");
  environment.set("no_proxy", "other.test, .TEST");
  const auto route = probe().route(*parse_url("https://vault.test/"));
  ASSERT_TRUE(route.ok());
  EXPECT_EQ(route->proxy, "");
  EXPECT_EQ(route->first.host, "vault.test");
  EXPECT_EQ(route->reason.proxy_variable, "HTTPS_PROXY");
  EXPECT_EQ(route->reason.exception_variable, "no_proxy");
  EXPECT_EQ(route->reason.exception, ".test");
}

TEST_F(PathProbeTest, names_the_proxy_without_its_password) {
  environment.set("https_proxy", "http://USER:s3cret@proxy.test:3128");
  const auto route = probe().route(*parse_url("https://vault.test/"));
  ASSERT_TRUE(route.ok());
  EXPECT_EQ(route->proxy, "proxy.test:3128");
  EXPECT_EQ(route->first.host, "proxy.test");
}

TEST_F(PathProbeTest, refuses_a_proxy_that_cannot_be_used) {
  environment.set("https_proxy", "socks5://proxy.test");
  EXPECT_EQ(probe().route(*parse_url("https://vault.test/")).error().code,
            Code::proxy_configuration);
}

TEST_F(PathProbeTest, knows_the_name_behind_a_name) {
  const auto answer = probe().look_up("vault.test", deadline());
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->canonical_name, "vault.privatelink.test");
  EXPECT_TRUE(answer->addresses.front().is_private());
  EXPECT_EQ(probe().look_up("other.test", deadline()).error().code, Code::dns_not_found);
}

TEST_F(PathProbeTest, tries_every_address_even_when_the_first_answers) {
  const Server server{[](Peer& peer) { peer.hold(); }};
  const auto seen = probe().connect({*Address::parse("127.0.0.1"), *Address::parse("127.0.0.2")},
                                    server.port(), deadline());
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(seen[0].failure);
  EXPECT_THAT(seen[0].local, HasSubstr("127.0.0.1:"));
  ASSERT_TRUE(seen[1].failure);
  EXPECT_EQ(seen[1].failure->code, Code::connect_failure);
}

TEST_F(PathProbeTest, leaves_an_address_that_swallows_packets_at_the_deadline) {
  const BlackHole silent{"127.0.0.1"};
  const auto seen = probe().connect({*Address::parse("127.0.0.1")}, silent.port(),
                                    Deadline::in(clock, Milliseconds{50}));
  ASSERT_TRUE(seen[0].failure);
  EXPECT_EQ(seen[0].failure->code, Code::deadline);
}

TEST_F(PathProbeTest, shows_whose_certificate_answers_and_which_authority_vouches) {
  const Authority authority{"Test Authority"};
  ca_file = directory.write("ca.pem", authority.pem());
  const auto context = authority.server_context("DNS:vault.test");
  const Server server{[&](Peer& peer) {
    if (peer.start_tls(context.get())) peer.hold();
  }};
  const auto facts = probe().secure(*parse_url(server.url("https://vault.test", "/")), deadline());
  ASSERT_TRUE(facts.ok()) << facts.error().message;
  EXPECT_EQ(facts->version, "TLSv1.3");
  EXPECT_EQ(facts->names, "vault.test");
  EXPECT_THAT(facts->authority, HasSubstr("Test Authority"));
  EXPECT_EQ(facts->chain_length, 2U);
  EXPECT_GT(facts->expires, clock.wall());
  EXPECT_EQ(probe().authorities(), ca_file);
}

TEST_F(PathProbeTest, says_why_a_certificate_is_not_trusted) {
  const Authority authority{"Test Authority"};
  ca_file = directory.write("ca.pem", Authority{"Other"}.pem());
  const auto context = authority.server_context("DNS:vault.test");
  const Server server{[&](Peer& peer) { peer.start_tls(context.get()); }};
  const auto facts = probe().secure(*parse_url(server.url("https://vault.test", "/")), deadline());
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.error().code, Code::tls_untrusted);
}

TEST(Address, knows_private_ranges_at_their_edges) {
  for (const char* literal :
       {"10.0.0.0", "127.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "::1", "fd00::1", "fe80::1"}) {
    EXPECT_TRUE(Address::parse(literal)->is_private()) << literal;
  }
  for (const char* literal : {"11.0.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1",
                              "100.128.0.1", "2001:db8::1", "::2"}) {
    EXPECT_FALSE(Address::parse(literal)->is_private()) << literal;
  }
}

}  // namespace
}  // namespace kvlaunch::network::test
