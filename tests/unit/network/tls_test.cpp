// Which certificates are accepted, and what is said about the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

using testing::HasSubstr;

// Speaks TLS and answers every request with 200 "fine".
class TlsServer {
 public:
  explicit TlsServer(SslContextHandle context, const std::string& address = "127.0.0.1")
      : context_(std::move(context)), server_([this](Peer& peer) { serve(peer); }, address) {}
  [[nodiscard]] std::string url(const std::string& host = "vault.test") const {
    return server_.url("https://" + host, "/");
  }

 private:
  void serve(Peer& peer) {
    if (!peer.start_tls(context_.get())) return;
    while (!peer.read_request().empty()) peer.answer(200, "fine");
  }

  SslContextHandle context_;
  Server server_;
};

struct TlsTest : testing::Test {
  Error error_of(Client& client, const std::string& url) {
    auto response = client.get(url);
    if (!response) return response.error();
    ADD_FAILURE() << "there was a response";
    return {};
  }

  Authority authority{"Test Authority"};
  TemporaryDirectory directory;
};

TEST_F(TlsTest, trusts_an_authority_named_by_ca_file) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  const auto response = client.get(server.url());
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_TRUE(response->body.equals("fine"));
  EXPECT_TRUE(client.noted("TLSv1.3"));
  EXPECT_TRUE(client.noted("certificate authorities: " + client.ca_file));
}

TEST_F(TlsTest, trusts_an_authority_named_by_ssl_cert_file) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  Client client;
  client.environment.set("SSL_CERT_FILE", directory.write("ca.pem", authority.pem()));
  EXPECT_TRUE(client.get(server.url()).ok());
}

TEST_F(TlsTest, finds_an_authority_in_a_hashed_directory) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  directory.write(authority.hash_name(), authority.pem());
  Client by_variable;
  by_variable.environment.set("SSL_CERT_DIR", "/nowhere:" + directory.path());
  EXPECT_TRUE(by_variable.get(server.url()).ok());
  Client by_place;
  by_place.places.hashed_directories = {directory.path()};
  EXPECT_TRUE(by_place.get(server.url()).ok());
}

TEST_F(TlsTest, adds_the_ca_file_to_the_others) {
  const Authority second{"Second Authority"};
  const TlsServer one{authority.server_context("DNS:vault.test")};
  const TlsServer two{second.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  client.environment.set("SSL_CERT_FILE", directory.write("second.pem", second.pem()));
  EXPECT_TRUE(client.get(one.url()).ok());
  EXPECT_TRUE(client.get(two.url()).ok());
}

TEST_F(TlsTest, finds_an_authority_among_others_in_a_bundle) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  Client client;
  const std::string damaged = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  client.places.bundles = {
      "/nowhere", directory.write("bundle.pem", "# a comment\n" + Authority{"Other"}.pem() +
                                                    damaged + authority.pem())};
  EXPECT_TRUE(client.get(server.url()).ok());
}

TEST_F(TlsTest, lets_a_named_file_replace_the_places_of_the_system) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  directory.write(authority.hash_name(), authority.pem());
  Client client;
  client.places.hashed_directories = {directory.path()};
  client.environment.set("SSL_CERT_FILE", directory.write("other.pem", Authority{"Other"}.pem()));
  const auto error = error_of(client, server.url());
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.hint, HasSubstr("SSL_CERT_FILE"));
}

TEST_F(TlsTest, names_the_issuer_of_an_untrusted_certificate_and_what_to_do) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  TrustingClient client{Authority{"Other"}};
  const auto error = error_of(client, server.url());
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.message, HasSubstr("CN=Test Authority"));
  EXPECT_THAT(error.hint, HasSubstr("--ca-file"));
}

TEST_F(TlsTest, sends_an_expired_certificates_reader_to_the_clock) {
  const TlsServer server{authority.server_context("DNS:vault.test", Authority::Validity::past)};
  TrustingClient client{authority};
  const auto error = error_of(client, server.url());
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.message, HasSubstr("expired"));
  EXPECT_THAT(error.hint, HasSubstr("clock"));
}

TEST_F(TlsTest, refuses_a_certificate_for_another_host_and_shows_its_names) {
  const TlsServer server{authority.server_context("DNS:a.test,DNS:b.test")};
  TrustingClient client{authority};
  const auto error = error_of(client, server.url());
  EXPECT_EQ(error.code, Code::tls_wrong_host);
  EXPECT_THAT(error.message, HasSubstr("vault.test"));
  EXPECT_THAT(error.message, HasSubstr("a.test, b.test"));
}

TEST_F(TlsTest, accepts_a_wildcard_for_one_label_only) {
  const TlsServer server{authority.server_context("DNS:*.vault.test")};
  TrustingClient client{authority};
  client.addresses->put("a.vault.test", {"127.0.0.1"});
  client.addresses->put("b.a.vault.test", {"127.0.0.1"});
  EXPECT_TRUE(client.get(server.url("a.vault.test")).ok());
  EXPECT_EQ(error_of(client, server.url("b.a.vault.test")).code, Code::tls_wrong_host);
}

TEST_F(TlsTest, verifies_an_address_against_the_addresses_of_the_certificate) {
  const TlsServer right{authority.server_context("IP:127.0.0.1")};
  const TlsServer right_six{authority.server_context("IP:::1"), "::1"};
  const TlsServer wrong{authority.server_context("IP:127.0.0.2,DNS:127.0.0.1")};
  TrustingClient client{authority};
  EXPECT_TRUE(client.get(right.url("127.0.0.1")).ok());
  EXPECT_TRUE(client.get(right_six.url("[::1]")).ok());
  EXPECT_EQ(error_of(client, wrong.url("127.0.0.1")).code, Code::tls_wrong_host);
}

TEST_F(TlsTest, says_when_there_is_no_authority_at_all) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  Client client;
  const auto error = error_of(client, server.url());
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.message, HasSubstr("no certificate authorities"));
  EXPECT_THAT(error.hint, HasSubstr("--ca-file"));
}

TEST_F(TlsTest, never_passes_over_a_ca_file_that_cannot_be_used) {
  const TlsServer server{authority.server_context("DNS:vault.test")};
  for (const auto& file :
       {std::string{"/nowhere/ca.pem"}, directory.write("empty.pem", ""), directory.path()}) {
    Client client;
    client.environment.set("SSL_CERT_FILE", directory.write("ca.pem", authority.pem()));
    client.ca_file = file;
    const auto error = error_of(client, server.url());
    EXPECT_EQ(error.code, Code::tls_untrusted);
    EXPECT_THAT(error.message, HasSubstr(file));
  }
}

TEST_F(TlsTest, refuses_versions_before_1_2_and_accepts_1_2) {
  auto old = authority.server_context("DNS:vault.test");
  SSL_CTX_set_security_level(old.get(), 0);
  SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
  const TlsServer too_old{std::move(old)};
  auto twelve = authority.server_context("DNS:vault.test");
  SSL_CTX_set_max_proto_version(twelve.get(), TLS1_2_VERSION);
  const TlsServer old_enough{std::move(twelve)};
  TrustingClient client{authority};
  EXPECT_EQ(error_of(client, too_old.url()).code, Code::tls_failure);
  EXPECT_TRUE(client.get(old_enough.url()).ok());
  EXPECT_TRUE(client.noted("TLSv1.2"));
}

TEST_F(TlsTest, knows_a_server_that_speaks_no_tls) {
  const Server plain{[](Peer& peer) {
    peer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.hold();
  }};
  TrustingClient client{authority};
  const auto error = error_of(client, plain.url("https://vault.test", "/"));
  EXPECT_EQ(error.code, Code::tls_failure);
  EXPECT_THAT(error.hint, HasSubstr("does not speak TLS"));
}

TEST_F(TlsTest, reports_a_server_that_hangs_up_in_the_handshake) {
  const Server closing{[](Peer& /*peer*/) {}};
  TrustingClient client{authority};
  EXPECT_EQ(error_of(client, closing.url("https://vault.test", "/")).code, Code::tls_failure);
}

TEST_F(TlsTest, takes_a_stream_cut_without_close_notify_for_a_lost_connection) {
  const auto context = authority.server_context("DNS:vault.test");
  const Server server{[&](Peer& peer) {
    if (!peer.start_tls(context.get())) return;
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npart of a body");
    peer.cut();
  }};
  TrustingClient client{authority};
  EXPECT_EQ(error_of(client, server.url("https://vault.test", "/")).code, Code::connection_lost);
}

TEST(TrustSources, prefer_a_hashed_directory_to_a_bundle) {
  const TemporaryDirectory hashed;
  hashed.write("0123abcd.0", "");
  const TemporaryDirectory unhashed;
  const auto bundle = unhashed.write("ca-certificates.crt", "");
  const TrustPlaces both{.hashed_directories = {unhashed.path(), hashed.path()},
                         .bundles = {"/nowhere", bundle}};
  const auto sources = find_trust_sources({}, "", both);
  EXPECT_EQ(sources.hashed_directories, std::vector{hashed.path()});
  EXPECT_TRUE(sources.bundles.empty());

  const TrustPlaces bundle_only{.hashed_directories = {unhashed.path()},
                                .bundles = {"/nowhere", bundle}};
  EXPECT_EQ(find_trust_sources({}, "", bundle_only).bundles, std::vector{bundle});
}

}  // namespace
}  // namespace kvlaunch::network::test
