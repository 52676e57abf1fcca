// Requests that trust by rules of their own: one certificate, some authorities, another name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>

#include "launcher/network/dialer.hpp"
#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

using testing::HasSubstr;

// The leaf that `context` presents.
std::string sha1_of_leaf(const SslContextHandle& context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(SSL_CTX_get0_certificate(context.get()), EVP_sha1(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

// Speaks TLS, answers every request with 200 and the SNI that the client sent.
class NamingServer {
 public:
  explicit NamingServer(SslContextHandle context)
      : leaf_sha1(sha1_of_leaf(context)),
        context_(std::move(context)),
        server_([this](Peer& peer) { serve(peer); }) {}
  [[nodiscard]] std::string url(const std::string& host = "vault.test") const {
    return server_.url("https://" + host, "/");
  }
  [[nodiscard]] std::size_t connections() const { return server_.connections(); }

  const std::string leaf_sha1;

 private:
  void serve(Peer& peer) {
    if (!peer.start_tls(context_.get())) return;
    while (!peer.read_request().empty()) peer.answer(200, peer.server_name());
  }

  SslContextHandle context_;
  Server server_;
};

struct TrustTest : testing::Test {
  static HttpRequest request(const Client& client, const std::string& url, TlsTrust trust) {
    auto request = client.request(url);
    request.trust = std::move(trust);
    return request;
  }
  static Error error_of(Client& client, const HttpRequest& request) {
    auto response = client.send(request);
    if (!response) return response.error();
    ADD_FAILURE() << "there was a response";
    return {};
  }

  Authority authority{"Test Authority"};
  Authority stranger{"Stranger"};
};

TEST_F(TrustTest, accepts_the_pinned_certificate_whoever_issued_it_for_whatever_name_and_time) {
  const NamingServer server{
      stranger.server_context("DNS:elsewhere.test", Authority::Validity::past)};
  Client client;  // trusts nobody
  const auto response = client.send(request(client, server.url(), {.leaf_sha1 = server.leaf_sha1}));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST_F(TrustTest, refuses_any_other_certificate_than_the_pinned_one_even_a_trusted_one) {
  const NamingServer server{authority.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  const auto error =
      error_of(client, request(client, server.url(), {.leaf_sha1 = std::string(20, 'x')}));
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.message, HasSubstr("not the one whose thumbprint is pinned"));
}

TEST_F(TrustTest, takes_a_pin_of_another_length_for_no_certificate) {
  const NamingServer server{authority.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  const auto prefix = server.leaf_sha1.substr(0, 10);
  EXPECT_EQ(error_of(client, request(client, server.url(), {.leaf_sha1 = prefix})).code,
            Code::tls_untrusted);
}

TEST_F(TrustTest, accepts_the_named_authority_in_place_of_those_of_the_system) {
  const NamingServer theirs{stranger.server_context("DNS:vault.test")};
  const NamingServer ours{authority.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  const TlsTrust only_stranger{.authorities = stranger.pem()};
  EXPECT_TRUE(client.send(request(client, theirs.url(), only_stranger)).ok());
  const auto error = error_of(client, request(client, ours.url(), only_stranger));
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.hint, HasSubstr("only the authorities given"));
}

TEST_F(TrustTest, needs_no_authority_of_the_system_where_one_is_named) {
  const NamingServer server{stranger.server_context("DNS:vault.test")};
  Client client;
  client.ca_file = "/nowhere/ca.pem";  // would fail every other request
  EXPECT_TRUE(client.send(request(client, server.url(), {.authorities = stranger.pem()})).ok());
}

TEST_F(TrustTest, still_wants_the_right_name_and_date_from_a_named_authority) {
  const NamingServer elsewhere{stranger.server_context("DNS:elsewhere.test")};
  const NamingServer old{stranger.server_context("DNS:vault.test", Authority::Validity::past)};
  Client client;
  const TlsTrust trust{.authorities = stranger.pem()};
  EXPECT_EQ(error_of(client, request(client, elsewhere.url(), trust)).code, Code::tls_wrong_host);
  EXPECT_EQ(error_of(client, request(client, old.url(), trust)).code, Code::tls_untrusted);
}

TEST_F(TrustTest, says_that_named_authorities_without_a_certificate_are_none) {
  const NamingServer server{authority.server_context("DNS:vault.test")};
  TrustingClient client{authority};
  const auto error = error_of(client, request(client, server.url(), {.authorities = "nonsense"}));
  EXPECT_EQ(error.code, Code::tls_untrusted);
  EXPECT_THAT(error.message, HasSubstr("hold no certificate"));
}

TEST_F(TrustTest, sends_and_verifies_another_name_than_the_urls_host) {
  const NamingServer server{authority.server_context("DNS:inside.test")};
  TrustingClient client{authority};
  const auto response = client.send(request(client, server.url(), {.server_name = "inside.test"}));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_TRUE(response->body.equals("inside.test"));
  EXPECT_EQ(error_of(client, request(client, server.url(), {.server_name = "other.test"})).code,
            Code::tls_wrong_host);
}

TEST_F(TrustTest, keeps_connections_of_different_trust_apart) {
  const NamingServer server{authority.server_context("DNS:vault.test,DNS:inside.test")};
  TrustingClient client{authority};
  const TlsTrust pinned{.leaf_sha1 = server.leaf_sha1};
  const TlsTrust named{.server_name = "inside.test"};
  const TlsTrust own{.authorities = authority.pem()};
  for (const TlsTrust& trust : {TlsTrust{}, pinned, named, own}) {
    ASSERT_TRUE(client.send(request(client, server.url(), trust)).ok());
  }
  EXPECT_EQ(server.connections(), 4U);
  for (const TlsTrust& trust : {TlsTrust{}, pinned, named, own}) {
    ASSERT_TRUE(client.send(request(client, server.url(), trust)).ok());
  }
  EXPECT_EQ(server.connections(), 4U) << "each trust uses its own connection again";
  EXPECT_EQ(
      error_of(client, request(client, server.url(), {.leaf_sha1 = std::string(20, 'x')})).code,
      Code::tls_untrusted)
      << "a warm connection of another trust must not be used";
}

TEST_F(TrustTest, is_not_for_plain_http) {
  Client client;
  const auto error =
      error_of(client, request(client, "http://127.0.0.1:1/", {.leaf_sha1 = std::string(20, 'x')}));
  EXPECT_EQ(error.code, Code::internal);
}

TEST(RouteKey, tells_trusts_apart_whatever_bytes_they_are_made_of) {
  const auto key = [](TlsTrust trust) {
    return Route{*parse_url("https://h.test/"), nullptr, std::move(trust)}.key();
  };
  EXPECT_NE(key({.authorities = "ab"}), key({.authorities = "b", .server_name = "a"}));
  EXPECT_NE(key({.server_name = "a"}), key({.leaf_sha1 = "a"}));
  EXPECT_EQ(key({}), "https://h.test");
}

}  // namespace
}  // namespace kvlaunch::network::test
