// Requests through HTTP and HTTPS proxies. The proxies here play the origin themselves: what comes
// out of a tunnel is the origin's TLS, whoever speaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct TunnelTest : testing::Test {
  // Agrees to a tunnel and then is the origin.
  void serve_tunnel(Peer& peer) {
    keep(peer.read_request());
    peer.write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
    if (!peer.start_tls(origin.get())) return;
    for (auto text = peer.read_request(); !text.empty(); text = peer.read_request()) {
      keep(text);
      peer.answer(200, "through");
    }
  }
  void keep(std::string text) {
    const std::lock_guard lock{mutex};
    requests.push_back(std::move(text));
  }
  static Server::Serve replying(std::string text) {
    return [text = std::move(text)](Peer& peer) {
      peer.read_request();
      peer.write(text);
    };
  }
  // The error of a request through a proxy that replies so.
  Error error_through(const std::string& reply, const std::string& credentials = "") {
    const Server proxy{replying(reply)};
    TrustingClient client{authority};
    client.environment.set("HTTPS_PROXY", proxy.url("http://" + credentials + "127.0.0.1", ""));
    const auto response = client.get("https://vault.test/");
    if (!response) return response.error();
    ADD_FAILURE() << "there was a response";
    return {};
  }

  Authority authority{"Test Authority"};
  SslContextHandle origin = authority.server_context("DNS:vault.test");
  std::mutex mutex;
  std::vector<std::string> requests;
};

TEST_F(TunnelTest, asks_the_proxy_for_the_host_and_speaks_tls_with_the_host) {
  Server proxy{[&](Peer& peer) { serve_tunnel(peer); }};
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", proxy.url("http://127.0.0.1", ""));
  auto request = client.request("https://vault.test/secrets");
  request.add_header("Authorization", "Bearer token");
  for (int i = 0; i < 2; ++i) {
    const auto response = client.send(request);
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_TRUE(response->body.equals("through"));
  }
  EXPECT_EQ(proxy.connections(), 1U);
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0], "CONNECT vault.test:443 HTTP/1.1\r\nHost: vault.test:443\r\n\r\n");
  EXPECT_THAT(requests[1], HasSubstr("GET /secrets HTTP/1.1\r\nHost: vault.test\r\n"));
  EXPECT_TRUE(client.noted("through proxy 127.0.0.1:" + std::to_string(proxy.port())));
}

TEST_F(TunnelTest, shows_its_password_to_the_proxy_only) {
  const Server proxy{[&](Peer& peer) { serve_tunnel(peer); }};
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", proxy.url("http://Aladdin:open%20sesame@127.0.0.1", ""));
  ASSERT_TRUE(client.get("https://vault.test/").ok());
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[0],
              HasSubstr("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  EXPECT_THAT(requests[1], Not(HasSubstr("Proxy-Authorization")));
  for (const auto& note : client.log.notes()) EXPECT_THAT(note, Not(HasSubstr("sesame")));
}

TEST_F(TunnelTest, works_inside_the_tls_of_an_https_proxy) {
  const auto proxys_own = authority.server_context("DNS:proxy.test");
  const Server proxy{[&](Peer& peer) {
    if (peer.start_tls(proxys_own.get())) serve_tunnel(peer);
  }};
  TrustingClient client{authority};
  client.addresses->put("proxy.test", {"127.0.0.1"});
  client.environment.set("HTTPS_PROXY", proxy.url("https://proxy.test", ""));
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("https://vault.test/");
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_TRUE(response->body.equals("through"));
  }
}

TEST_F(TunnelTest, verifies_an_https_proxy_by_its_own_name) {
  const auto proxys_own = authority.server_context("DNS:vault.test");
  const Server proxy{[&](Peer& peer) {
    if (peer.start_tls(proxys_own.get())) serve_tunnel(peer);
  }};
  TrustingClient client{authority};
  client.addresses->put("proxy.test", {"127.0.0.1"});
  client.environment.set("HTTPS_PROXY", proxy.url("https://proxy.test", ""));
  const auto response = client.get("https://vault.test/");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::tls_wrong_host);
  EXPECT_TRUE(requests.empty());
}

TEST_F(TunnelTest, verifies_the_host_behind_the_proxy) {
  origin = authority.server_context("DNS:other.test");
  const Server proxy{[&](Peer& peer) { serve_tunnel(peer); }};
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", proxy.url("http://127.0.0.1", ""));
  const auto response = client.get("https://vault.test/");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::tls_wrong_host);
}

TEST_F(TunnelTest, is_not_used_for_hosts_of_no_proxy_and_for_requests_that_never_use_one) {
  const auto context = authority.server_context("DNS:vault.test");
  const Server direct{[&](Peer& peer) {
    if (!peer.start_tls(context.get())) return;
    while (!peer.read_request().empty()) peer.answer(200, "direct");
  }};
  const ClosedPort no_proxy_there;
  const auto proxy = "http://127.0.0.1:" + std::to_string(no_proxy_there.port());

  TrustingClient by_variable{authority};
  by_variable.environment.set("HTTPS_PROXY", proxy);
  by_variable.environment.set("NO_PROXY", "vault.test");
  EXPECT_TRUE(by_variable.get(direct.url("https://vault.test", "/")).ok());

  TrustingClient by_request{authority};
  by_request.environment.set("HTTPS_PROXY", proxy);
  auto request = by_request.request(direct.url("https://vault.test", "/"));
  EXPECT_FALSE(by_request.send(request).ok());
  request.proxy = ProxyUse::never;
  EXPECT_TRUE(by_request.send(request).ok());
}

TEST_F(TunnelTest, tells_a_refusing_proxy_from_a_failing_one) {
  const auto wants_password = error_through(
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
  EXPECT_EQ(wants_password.code, Code::proxy_refused);
  EXPECT_EQ(wants_password.status, 407);
  EXPECT_THAT(wants_password.hint, HasSubstr("USER:PASSWORD@"));

  const auto wrong_password =
      error_through("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "user:hunter2@");
  EXPECT_THAT(wrong_password.hint, HasSubstr("check the user name and password"));
  EXPECT_THAT(wrong_password.message + wrong_password.hint, Not(HasSubstr("hunter2")));

  EXPECT_EQ(error_through("HTTP/1.1 403 Forbidden\r\n\r\n").code, Code::proxy_refused);
  EXPECT_EQ(error_through("HTTP/1.1 302 Found\r\nLocation: http://login\r\n\r\n").code,
            Code::proxy_refused);
  EXPECT_EQ(error_through("HTTP/1.1 404 No such domain\r\n\r\n").code, Code::dns_not_found);
  EXPECT_EQ(error_through("HTTP/1.1 502 Bad Gateway\r\n\r\n").code, Code::proxy_failure);
  EXPECT_EQ(error_through("").code, Code::proxy_failure);
  EXPECT_EQ(error_through("SSH-2.0-OpenSSH\r\n\r\n").code, Code::proxy_failure);
  EXPECT_EQ(error_through("HTTP/1.1 200 OK\r\n\r\nmore").code, Code::proxy_failure);
}

TEST_F(TunnelTest, reports_a_proxy_that_cannot_be_reached_by_its_name) {
  const ClosedPort closed;
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", "127.0.0.1:" + std::to_string(closed.port()));
  const auto response = client.get("https://vault.test/");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::connect_failure);
  EXPECT_THAT(response.error().message, HasSubstr("proxy 127.0.0.1:"));
}

TEST_F(TunnelTest, is_not_tried_through_a_proxy_that_cannot_be_used) {
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", "socks5://127.0.0.1:1080");
  const auto response = client.get("https://vault.test/");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::proxy_configuration);
}

}  // namespace
}  // namespace kvlaunch::network::test
