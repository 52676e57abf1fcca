// The server over loopback, with a made-up Azure behind it.
#include "devvault/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "devvault/listening.hpp"
#include "launcher/base/url.hpp"
#include "tests/fakes/fake_world.hpp"
#include "tests/unit/devvault/server_client.hpp"

namespace devvault {
namespace {

using test::Client;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string vault = "contoso-dev.vault.azure.net";
const std::string get_secret =
    "GET /secrets/a?api-version=7.4 HTTP/1.1\r\nHost: " + vault + "\r\n\r\n";

// Answers with what it understood.
Response echo(const Request& request) {
  return Response{
      200, {}, request.method + " " + request.origin() + request.path + " " + request.body};
}

Config one_vault() {
  Config config;
  config.vaults[vault].host = vault;
  return config;
}

class ServerTest : public testing::Test {
 protected:
  void start(Config config = one_vault(), ProxyRules rules = {}) {
    config_ = std::move(config);
    authority_ = std::move(CertificateAuthority::make(clock_.wall())).value();
    const Services services{echo, [](const std::string& host) {
                              return kvlaunch::host_is_below(host, "vault.azure.net");
                            }};
    server_.emplace(services, config_, *authority_, journal_, clock_, std::move(rules));
    proxy_ = open(Entrance::proxy);
    tls_proxy_ = open(Entrance::tls_proxy);
    direct_ = open(Entrance::azure_tls);
    ASSERT_TRUE(server_->start());
  }

  std::uint16_t open(Entrance entrance) {
    kvlaunch::Descriptor listening = std::move(listen_on("127.0.0.1", 0)).value();
    const std::uint16_t port = port_of(listening);
    server_->add(std::move(listening), entrance);
    return port;
  }

  std::string local(const std::string& line, const std::string& body = "") {
    return Client{proxy_}.exchange(line + " HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  // Through CONNECT and TLS, as every real client comes.
  std::string through_proxy(const std::string& request) {
    Client client{proxy_};
    client.exchange("CONNECT " + vault + ":443 HTTP/1.1\r\nHost: " + vault + ":443\r\n\r\n");
    if (!client.start_tls(*authority_, vault)) return "no TLS";
    return client.exchange(request);
  }

  kvlaunch::test::FakeClock clock_;
  Config config_;
  Journal journal_;
  std::unique_ptr<CertificateAuthority> authority_;
  std::optional<Server> server_;
  std::uint16_t proxy_ = 0;
  std::uint16_t tls_proxy_ = 0;
  std::uint16_t direct_ = 0;
};

TEST_F(ServerTest, plays_a_vault_within_connect) {
  start();
  EXPECT_THAT(through_proxy(get_secret), EndsWith("GET https://" + vault + "/secrets/a "));
}

TEST_F(ServerTest, serves_tls_by_name_without_a_proxy) {
  start();
  Client client{direct_};
  ASSERT_TRUE(client.start_tls(*authority_, vault));
  EXPECT_THAT(client.exchange(get_secret), EndsWith("/secrets/a "));
  EXPECT_THAT(client.exchange(get_secret), EndsWith("/secrets/a ")) << "kept alive";
}

TEST_F(ServerTest, has_no_certificate_for_other_names) {
  start();
  Client client{direct_};
  EXPECT_FALSE(client.start_tls(*authority_, "example.com"));
  EXPECT_THAT(client.alert(), HasSubstr("unrecognized name"));
}

TEST_F(ServerTest, takes_tls_that_was_sent_together_with_connect) {
  start();
  Client client{proxy_};
  // Plain http within the tunnel: what curl --proxytunnel does.
  client.send(
      "CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\nGET /metadata HTTP/1.1\r\nHost: "
      "169.254.169.254\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 Connection Established"));
  EXPECT_THAT(client.receive(), EndsWith("GET http://169.254.169.254/metadata "));
}

TEST_F(ServerTest, wraps_the_proxy_itself_in_tls) {
  start();
  Client outer{tls_proxy_};
  ASSERT_TRUE(outer.start_tls(*authority_, "localhost"));
  EXPECT_THAT(outer.exchange("CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(outer.exchange("GET /metadata HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n"),
              EndsWith("/metadata "));
}

TEST_F(ServerTest, answers_the_managed_identity_paths_on_the_listener_itself) {
  start();
  EXPECT_THAT(local("GET /msi/token"), EndsWith("GET http://127.0.0.1:1/msi/token "));
  EXPECT_THAT(local("POST /msi/token", "resource=x"), EndsWith("resource=x"));
  EXPECT_THAT(local("GET http://169.254.169.254/metadata/identity"),
              EndsWith("GET http://169.254.169.254/metadata/identity "));
}

TEST_F(ServerTest, opens_nodes_with_certificates_of_their_own) {
  start();
  auto made = std::move(CertificateAuthority::make_self_signing(clock_.wall())).value();
  CertificateAuthority& node = *made;
  auto listening = std::move(listen_on("127.0.0.1", 0)).value();
  const std::uint16_t port = port_of(listening);
  Server second{
      {echo, [](const std::string&) { return false; }}, config_, *authority_, journal_, clock_, {}};
  second.add_node_tls(std::move(listening), std::move(made), "node.test");
  ASSERT_TRUE(second.start());
  EXPECT_FALSE(Client{port}.start_tls(*authority_, "localhost")) << "nobody vouches for it";
  EXPECT_FALSE(Client{port}.start_tls(node, "elsewhere.test"));
  EXPECT_EQ(node.thumbprint("localhost").size(), 40U);
  EXPECT_NE(node.thumbprint("localhost"), node.thumbprint("node.test"));
}

TEST_F(ServerTest, refuses_other_hosts_in_clear_text) {
  start();
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT example.com:443 HTTP/1.1\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("example.com is no host of Azure"),
                    HasSubstr("--forward")));
  EXPECT_THAT(local("GET http://example.com/"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(journal_.text(), HasSubstr(R"("method":"CONNECT","host":"example.com")"));
}

TEST_F(ServerTest, has_no_tunnel_to_a_vault_that_does_not_exist) {
  start();
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT other.vault.azure.net:443 HTTP/1.1\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("there is no vault other")));
  EXPECT_THAT(local("GET http://other.vault.azure.net/secrets"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(journal_.text(), HasSubstr(R"("host":"other.vault.azure.net")"));
}

TEST_F(ServerTest, forwards_other_hosts_when_told_to) {
  start(one_vault(), {.other_hosts = OtherHosts::forward});
  // The other host is the listener itself, reached by its address.
  const std::string self = "127.0.0.1:" + std::to_string(proxy_);
  Client client{proxy_};
  EXPECT_THAT(client.exchange("CONNECT " + self + " HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(client.exchange("GET /tunnelled HTTP/1.1\r\nHost: h\r\n\r\n"),
              EndsWith("GET http://h/tunnelled "));
  EXPECT_THAT(
      Client{proxy_}.exchange("POST http://" + self + "/absolute?x=1 HTTP/1.1\r\nHost: " + self +
                              "\r\nProxy-Authorization: secret\r\n"
                              "Content-Length: 2\r\n\r\nab"),
      EndsWith("/absolute ab"));
}

TEST_F(ServerTest, says_when_a_forwarded_host_cannot_be_reached) {
  start(one_vault(), {.other_hosts = OtherHosts::forward});
  std::uint16_t closed_port = 0;
  {
    const kvlaunch::Descriptor listening = std::move(listen_on("127.0.0.1", 0)).value();
    closed_port = port_of(listening);
  }
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT 127.0.0.1:" + std::to_string(closed_port) +
                                      " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 502"));
}

TEST_F(ServerTest, demands_the_proxy_s_password_of_proxy_requests_only) {
  start(one_vault(), {.authorization = "Basic dTpw"});
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT " + vault + ":443 HTTP/1.1\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 407"), HasSubstr("Proxy-Authenticate: Basic")));
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT " + vault +
                                      ":443 HTTP/1.1\r\n"
                                      "Proxy-Authorization: Basic dTpw\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(local("GET /msi/token"), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, resets_the_connection_when_a_fault_says_so) {
  Config config = one_vault();
  FaultRule reset;
  reset.path = "/msi";
  reset.reset = true;
  config.faults = {reset};
  start(config);
  Client client{proxy_};
  client.send("GET /msi/token HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.was_reset());
  EXPECT_THAT(journal_.text(), HasSubstr(R"("status":0,"fault":"* /msi")"));
}

TEST_F(ServerTest, ends_the_connection_after_half_a_truncated_body) {
  Config config = one_vault();
  FaultRule truncate;
  truncate.truncate = true;
  config.faults = {truncate};
  start(config);
  const std::string whole = "GET https://" + vault + "/secrets/a ";
  const std::string answer = through_proxy(get_secret);
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(whole.size())));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n" + whole.substr(0, whole.size() / 2)));
}

TEST_F(ServerTest, throttles_a_vault_and_nobody_else) {
  Config config = one_vault();
  config.throttle_per_10s = 1;
  start(config);
  EXPECT_THAT(through_proxy(get_secret), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(through_proxy(get_secret),
              AllOf(StartsWith("HTTP/1.1 429"), HasSubstr("VaultRequestTypeLimitReached")));
  EXPECT_THAT(local("GET /msi/token"), StartsWith("HTTP/1.1 200"));
  clock_.advance(std::chrono::seconds{10});
  EXPECT_THAT(through_proxy(get_secret), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, takes_faults_at_run_time_and_forgets_them) {
  start();
  EXPECT_THAT(local("POST /devvault/faults", R"({"match": "GET /secrets", "status": 503})"),
              AllOf(StartsWith("HTTP/1.1 200"), EndsWith(R"({"added":1})")));
  EXPECT_THAT(through_proxy(get_secret), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(local("DELETE /devvault/faults"), StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(through_proxy(get_secret), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(local("POST /devvault/faults", "bogus: 1"),
              AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("line 1: ")));
}

TEST_F(ServerTest, shows_and_clears_the_journal_without_values) {
  start();
  through_proxy("POST /t?api-version=7.4&secret=hidden HTTP/1.1\r\nHost: " + vault +
                "\r\nAuthorization: Bearer hidden\r\nContent-Length: 6\r\n\r\nhidden");
  const std::string journal = local("GET /devvault/journal");
  EXPECT_THAT(journal, HasSubstr(R"("host":"contoso-dev.vault.azure.net","port":443,"path":"/t",)"
                                 R"("query":["api-version","secret"],"api-version":"7.4")"));
  EXPECT_THAT(journal, Not(HasSubstr("hidden")));
  EXPECT_THAT(local("DELETE /devvault/journal"), StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(local("GET /devvault/journal"), EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, keeps_the_control_endpoint_from_web_pages_and_tunnels) {
  start();
  EXPECT_THAT(
      Client{proxy_}.exchange("DELETE /devvault/faults HTTP/1.1\r\nHost: rebound.example\r\n\r\n"),
      StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(through_proxy("GET /devvault/journal HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
              EndsWith("GET https://127.0.0.1/devvault/journal "));
}

TEST_F(ServerTest, answers_malformed_requests_and_ends_there) {
  start();
  EXPECT_THAT(Client{proxy_}.exchange("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Client{proxy_}.exchange("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Client{proxy_}.exchange("CONNECT nowhere: HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(through_proxy("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(ServerTest, stops_while_a_fault_delays_an_answer) {
  Config config = one_vault();
  FaultRule slow;
  slow.delay = std::chrono::hours{1};
  config.faults = {slow};
  start(config);
  Client client{proxy_};
  client.send("GET /msi/token HTTP/1.1\r\nHost: h\r\n\r\n");
  server_->stop();
  EXPECT_EQ(client.receive(), "");
}

}  // namespace
}  // namespace devvault
