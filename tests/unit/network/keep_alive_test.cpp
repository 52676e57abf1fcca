// Connections used again, opened in advance, and found dead.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

// Answers every request of every connection.
void serve_all(Peer& peer) {
  while (!peer.read_request().empty()) peer.answer(200, "ok");
}

TEST(KeepAlive, uses_one_connection_for_requests_in_turn) {
  const Server server{serve_all};
  Client client;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_EQ(server.connections(), 1U);
}

TEST(KeepAlive, works_under_tls_with_session_tickets_waiting_to_be_read) {
  const Authority authority{"Test Authority"};
  const auto context = authority.server_context("DNS:vault.test");
  const Server server{[&](Peer& peer) {
    if (peer.start_tls(context.get())) serve_all(peer);
  }};
  TrustingClient client{authority};
  client.transport().preconnect(*parse_url(server.url("https://vault.test", "/")), 1,
                                Deadline::in(client.clock, client.patience));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(client.get(server.url("https://vault.test", "/")).ok());
  EXPECT_EQ(server.connections(), 1U);
}

TEST(KeepAlive, respects_a_server_that_wants_to_close) {
  const Server server{[](Peer& peer) {
    while (!peer.read_request().empty()) peer.answer(200, "ok", "Connection: Foo, Close\r\n");
  }};
  Client client;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_EQ(server.connections(), 2U);
}

TEST(KeepAlive, does_not_mix_hosts_on_one_address) {
  const Server server{serve_all};
  Client client;
  client.addresses->put("other.test", {"127.0.0.1"});
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_TRUE(client.get(server.url("http://other.test", "/")).ok());
  EXPECT_EQ(server.connections(), 2U);
}

TEST(KeepAlive, throws_away_a_connection_with_bytes_that_nobody_asked_for) {
  const Server server{[](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Poisoned\r\n\r\n");
    }
  }};
  Client client;
  for (int i = 0; i < 2; ++i) {
    const auto response = client.get(server.url("http://vault.test", "/"));
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->status, 200);
  }
  EXPECT_EQ(server.connections(), 2U);
}

// The first connection answers once, and hangs up when the second request has arrived: too late
// for the client to see it beforehand.
struct DiesOnSecondRequest {
  void operator()(Peer& peer) {
    const bool first = served.fetch_add(1) == 0;
    while (!peer.read_request().empty()) {
      ++requests;
      if (first && requests == 2) return;
      peer.answer(200, "ok");
    }
  }
  std::atomic<int> served{0};
  std::atomic<int> requests{0};
};

TEST(KeepAlive, asks_once_more_on_a_fresh_connection_when_the_kept_one_was_dead) {
  DiesOnSecondRequest behaviour;
  const Server server{std::ref(behaviour)};
  Client client;
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(behaviour.requests, 3);
}

TEST(KeepAlive, never_sends_a_request_twice_that_must_go_once) {
  DiesOnSecondRequest behaviour;
  const Server server{std::ref(behaviour)};
  Client client;
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  auto request = client.request(server.url("http://vault.test", "/"));
  request.idempotent = false;
  const auto response = client.send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::connection_lost);
  EXPECT_EQ(behaviour.requests, 2);
}

TEST(KeepAlive, does_not_ask_again_when_a_fresh_connection_was_lost) {
  std::atomic<int> requests{0};
  const Server server{[&](Peer& peer) {
    peer.read_request();
    ++requests;
  }};
  Client client;
  const auto response = client.get(server.url("http://vault.test", "/"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::connection_lost);
  EXPECT_EQ(requests, 1);
}

TEST(KeepAlive, does_not_ask_again_after_a_part_of_the_response) {
  std::atomic<int> requests{0};
  const Server server{[&](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (++requests == 2) return peer.write("HTTP/1.1 200 OK\r\nContent-Len");
      peer.answer(200, "ok");
    }
  }};
  Client client;
  EXPECT_TRUE(client.get(server.url("http://vault.test", "/")).ok());
  const auto response = client.get(server.url("http://vault.test", "/"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::connection_lost);
  EXPECT_EQ(requests, 2);
}

TEST(Preconnect, opens_in_the_background_what_requests_then_use) {
  Server server{serve_all};
  Client client;
  const auto url = *parse_url(server.url("http://vault.test", "/"));
  client.transport().preconnect(url, 4, Deadline::in(client.clock, client.patience));
  server.await_connections(4);
  std::vector<std::future<bool>> requests;
  for (int i = 0; i < 4; ++i) {
    requests.push_back(std::async(std::launch::async, [&] { return client.get(url.text()).ok(); }));
  }
  for (auto& request : requests) EXPECT_TRUE(request.get());
  EXPECT_EQ(server.connections(), 4U);
  EXPECT_EQ(client.addresses->look_ups(), 1);
}

TEST(Preconnect, counts_what_is_there_already) {
  Server server{serve_all};
  Client client;
  const auto url = *parse_url(server.url("http://vault.test", "/"));
  EXPECT_TRUE(client.get(url.text()).ok());
  client.transport().preconnect(url, 2, Deadline::in(client.clock, client.patience));
  client.transport().preconnect(url, 2, Deadline::in(client.clock, client.patience));
  server.await_connections(2);
  EXPECT_TRUE(client.get(url.text()).ok());
  EXPECT_EQ(server.connections(), 2U);
}

TEST(Preconnect, leaves_its_failure_to_the_request_that_waited_for_it) {
  const ClosedPort closed;
  Client client;
  const auto url = *parse_url("http://vault.test:" + std::to_string(closed.port()) + "/");
  client.transport().preconnect(url, 2, Deadline::in(client.clock, client.patience));
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get(url.text());
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, Code::connect_failure);
  }
}

TEST(Preconnect, is_silent_when_it_fails_and_nobody_waits) {
  const ClosedPort closed;
  Client client;
  client.transport().preconnect(
      *parse_url("http://vault.test:" + std::to_string(closed.port()) + "/"), 2,
      Deadline::in(client.clock, client.patience));
  client.made.reset();
  EXPECT_TRUE(client.log.warnings().empty());
}

TEST(Parallel, requests_each_have_a_connection_and_share_them_over_time) {
  const Authority authority{"Test Authority"};
  const auto context = authority.server_context("DNS:vault.test");
  const Server server{[&](Peer& peer) {
    if (peer.start_tls(context.get())) serve_all(peer);
  }};
  TrustingClient client{authority};
  const auto url = *parse_url(server.url("https://vault.test", "/"));
  client.transport().preconnect(url, 8, Deadline::in(client.clock, client.patience));
  std::atomic<int> answered{0};
  std::vector<std::future<void>> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.push_back(std::async(std::launch::async, [&] {
      for (int i = 0; i < 12; ++i) answered += client.get(url.text()).ok() ? 1 : 0;
    }));
  }
  for (auto& worker : workers) worker.get();
  EXPECT_EQ(answered, 96);
  EXPECT_EQ(server.connections(), 8U);
}

}  // namespace
}  // namespace kvlaunch::network::test
