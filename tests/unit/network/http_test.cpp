// Requests on the wire, and every way in which a response can end, over plain TCP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Answers the first request of each connection with `text` and closes.
Server::Serve replying(std::string text) {
  return [text = std::move(text)](Peer& peer) {
    peer.read_request();
    peer.write(text);
  };
}

// What a client makes of that text.
Result<HttpResponse> response_to(std::string text, std::size_t max_body_bytes = 1024) {
  const Server server{replying(std::move(text))};
  Client client;
  auto request = client.request(server.url("http://vault.test", "/"));
  request.max_body_bytes = max_body_bytes;
  return client.send(request);
}

Code code_of(const Result<HttpResponse>& response) {
  return response ? Code::internal : response.error().code;
}

TEST(Http, writes_the_request_with_host_length_and_headers) {
  std::string seen;
  const Server server{[&](Peer& peer) {
    seen = peer.read_request();
    peer.answer(200, "");
  }};
  Client client;
  auto request = client.request(server.url("http://vault.test", "/secrets/x?api-version=7.4"));
  request.method = "POST";
  request.add_header("Authorization", "Bearer token");
  request.body = Secret{"a=1"};
  ASSERT_TRUE(client.send(request).ok());
  EXPECT_EQ(seen, "POST /secrets/x?api-version=7.4 HTTP/1.1\r\nHost: vault.test:" +
                      std::to_string(server.port()) +
                      "\r\nAuthorization: Bearer token\r\nContent-Length: 3\r\n\r\na=1");
}

TEST(Http, keeps_the_status_of_an_answer_that_does_not_end_well) {
  for (const char* text : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
                           "HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n"}) {
    const auto response = response_to(text);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().status, 200) << text;
  }
}

TEST(Http, refuses_to_write_a_header_with_a_line_break_and_keeps_it_out_of_the_error) {
  Client client;
  auto request = client.request("http://vault.test:1/");
  const Server server{[](Peer& peer) { peer.hold(); }};
  request.url.port = server.port();
  request.add_header("X-IDENTITY-HEADER", "hunter2\r\nHost: evil");
  const auto response = client.send(request);
  EXPECT_EQ(code_of(response), Code::internal);
  EXPECT_THAT(response.error().message, HasSubstr("X-IDENTITY-HEADER"));
  EXPECT_THAT(response.error().message, testing::Not(HasSubstr("hunter2")));
}

TEST(Http, gives_status_headers_and_body) {
  const auto response = response_to(
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer a=1\r\nx-ms-request-id: 7\r\n"
      "WWW-Authenticate: PoP b=2\r\nContent-Length: 5\r\n\r\nerror");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(response->header("X-MS-Request-Id"), "7");
  EXPECT_EQ(response->all_headers("www-authenticate"),
            (std::vector<std::string_view>{"Bearer a=1", "PoP b=2"}));
  EXPECT_TRUE(response->body.equals("error"));
}

TEST(Http, does_not_follow_redirects) {
  const auto response =
      response_to("HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 302);
}

TEST(Http, reads_chunked_bodies) {
  const auto response = response_to(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;extension=1\r\nhello\r\nA\r\n, 10 bytes\r\n0\r\nTrailer: x\r\n\r\n");
  ASSERT_TRUE(response.ok());
  EXPECT_TRUE(response->body.equals("hello, 10 bytes"));
}

TEST(Http, reads_a_body_up_to_the_end_of_the_stream) {
  const auto response = response_to("HTTP/1.0 200 OK\r\n\r\nall of it");
  ASSERT_TRUE(response.ok());
  EXPECT_TRUE(response->body.equals("all of it"));
}

TEST(Http, passes_over_interim_responses) {
  const auto response = response_to(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 200);
  EXPECT_TRUE(response->body.equals("ok"));
}

TEST(Http, expects_no_body_after_204_304_and_head) {
  EXPECT_TRUE(response_to("HTTP/1.1 204 No Content\r\n\r\n").ok());
  EXPECT_TRUE(response_to("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").ok());
  const Server server{replying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")};
  Client client;
  auto request = client.request(server.url("http://vault.test", "/"));
  request.method = "HEAD";
  EXPECT_TRUE(client.send(request).ok());
}

TEST(Http, takes_a_truncated_response_for_a_lost_connection) {
  for (const char* text :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345678",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
    EXPECT_EQ(code_of(response_to(text)), Code::connection_lost) << text;
  }
}

TEST(Http, stops_at_a_body_beyond_the_limit_however_it_is_framed) {
  const std::string long_body(2000, 'x');
  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n")),
            Code::response_too_large);
  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n")),
            Code::response_too_large);
  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 OK\r\n\r\n" + long_body)), Code::response_too_large);
  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                                long_body + "\r\n0\r\n\r\n")),
            Code::response_too_large);
  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3\r\nabc\r\nffffffffffffffff\r\nx")),
            Code::response_too_large);
}

TEST(Http, takes_a_body_of_exactly_the_limit) {
  const std::string body(1024, 'x');
  EXPECT_TRUE(response_to("HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + body).ok());
  EXPECT_TRUE(response_to("HTTP/1.1 200 OK\r\n\r\n" + body).ok());
}

TEST(Http, bounds_size_and_number_of_headers) {
  const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
  std::string large = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 80; ++i) large += line;
  EXPECT_EQ(code_of(response_to(large + "\r\n")), Code::response_too_large);

  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  EXPECT_EQ(code_of(response_to(many + "\r\n")), Code::response_malformed);

  EXPECT_EQ(code_of(response_to("HTTP/1.1 200 " + std::string(100'000, 'x'))),
            Code::response_too_large);
}

TEST(Http, refuses_what_is_no_http) {
  using std::string_literals::operator""s;
  for (const auto& text :
       {"SSH-2.0-OpenSSH\r\n\r\n"s, "HTTP/2 200 OK\r\n\r\n"s, "HTTP/1.1 OK\r\n\r\n"s,
        "HTTP/1.1 999 OK\r\n\r\n"s, "HTTP/1.1 101 Switching Protocols\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"s,
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"s,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"s}) {
    EXPECT_EQ(code_of(response_to(text)), Code::response_malformed) << text;
  }
}

TEST(Http, ends_a_series_of_interim_responses) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(code_of(response_to(text)), Code::response_malformed);
}

TEST(Http, never_repeats_a_body_or_a_header_value_in_an_error) {
  for (const char* text :
       {"HTTP/1.1 200 OK\r\nX: hunter2\r\nContent-Length: hunter2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: hunter2\r\nContent-Length: 99\r\n\r\nhunter2", "hunter2\r\n\r\n"}) {
    const auto response = response_to(text);
    ASSERT_FALSE(response.ok());
    EXPECT_THAT(response.error().message + response.error().hint,
                testing::Not(HasSubstr("hunter2")));
  }
}

TEST(Http, survives_a_peer_that_hangs_up_while_it_is_sent_to) {
  sigset_t broken_pipe;
  sigset_t before;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_UNBLOCK, &broken_pipe, &before);
  const Server closing{[](Peer& /*peer*/) {}};
  Client client;
  auto request = client.request(closing.url("http://vault.test", "/"));
  request.method = "POST";
  request.body = Secret{std::string(16 * 1024 * 1024, 'x')};
  EXPECT_EQ(code_of(client.send(request)), Code::connection_lost);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(Http, reports_a_host_that_does_not_exist) {
  Client client;
  const auto response = client.get("http://nowhere.test/");
  EXPECT_EQ(code_of(response), Code::dns_not_found);
  EXPECT_THAT(response.error().message, HasSubstr("nowhere.test"));
}

TEST(Http, reports_a_port_where_nothing_listens) {
  const ClosedPort closed;
  Client client;
  const auto response = client.get("http://vault.test:" + std::to_string(closed.port()) + "/");
  EXPECT_EQ(code_of(response), Code::connect_failure);
  EXPECT_THAT(response.error().message, StartsWith("cannot connect to vault.test:"));
}

TEST(Http, falls_back_to_the_address_that_answers) {
  const Server server{replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
  const BlackHole silent{"::1", server.port()};
  Client client;
  client.addresses->put("vault.test", {"::1", "127.0.0.1"});
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_TRUE(client.noted("127.0.0.1:" + std::to_string(server.port()) + ", IPv4"));
}

}  // namespace
}  // namespace kvlaunch::network::test
