// In every phase the deadline ends a request, and closing the transport ends everything.
#include <gtest/gtest.h>

#include <condition_variable>
#include <optional>

#include "tests/unit/network/client.hpp"
#include "tests/unit/network/server.hpp"

namespace kvlaunch::network::test {
namespace {

constexpr Milliseconds short_deadline{60};
// Far below any deadline that a mistake could fall back to.
constexpr Milliseconds promptly{2'000};

struct DeadlineTest : testing::Test {
  // The code of a request with a short deadline; fails the test unless it ends in time.
  Code code_at_deadline(Client& client, const std::string& url) {
    client.patience = short_deadline;
    const auto begin = client.clock.steady();
    const auto response = client.get(url);
    const auto elapsed = client.clock.steady() - begin;
    EXPECT_GE(elapsed, short_deadline);
    EXPECT_LT(elapsed, promptly);
    return response ? Code::internal : response.error().code;
  }

  Authority authority{"Test Authority"};
};

TEST_F(DeadlineTest, ends_a_connect_that_nobody_answers) {
  const BlackHole silent{"127.0.0.1"};
  Client client;
  const auto url = "http://vault.test:" + std::to_string(silent.port()) + "/";
  EXPECT_EQ(code_at_deadline(client, url), Code::deadline);
}

TEST_F(DeadlineTest, ends_a_handshake_that_nobody_answers) {
  const Server silent{[](Peer& peer) { peer.hold(); }};
  TrustingClient client{authority};
  EXPECT_EQ(code_at_deadline(client, silent.url("https://vault.test", "/")), Code::deadline);
}

TEST_F(DeadlineTest, ends_waiting_for_a_response) {
  const Server silent{[](Peer& peer) { peer.hold(); }};
  Client client;
  EXPECT_EQ(code_at_deadline(client, silent.url("http://vault.test", "/")), Code::deadline);
}

TEST_F(DeadlineTest, ends_waiting_for_the_rest_of_a_body) {
  const Server silent{[](Peer& peer) {
    peer.read_request();
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
    peer.hold();
  }};
  Client client;
  EXPECT_EQ(code_at_deadline(client, silent.url("http://vault.test", "/")), Code::deadline);
}

TEST_F(DeadlineTest, ends_sending_to_a_server_that_does_not_read) {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  const Server deaf{[&](Peer& /*peer*/) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return over; });
  }};
  Client client;
  client.patience = short_deadline;
  auto request = client.request(deaf.url("http://vault.test", "/"));
  request.method = "POST";
  request.body = Secret{std::string(16 * 1024 * 1024, 'x')};
  const auto response = client.send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::deadline);
  const std::lock_guard lock{mutex};
  over = true;
  changed.notify_all();
}

TEST_F(DeadlineTest, ends_waiting_for_a_proxy) {
  const Server silent{[](Peer& peer) { peer.hold(); }};
  TrustingClient client{authority};
  client.environment.set("HTTPS_PROXY", silent.url("http://127.0.0.1", ""));
  EXPECT_EQ(code_at_deadline(client, "https://vault.test/"), Code::deadline);
}

TEST_F(DeadlineTest, does_not_begin_what_it_has_passed_already) {
  const Server server{[](Peer& peer) { peer.hold(); }};
  Client client;
  client.patience = Milliseconds{0};
  const auto response = client.get(server.url("http://vault.test", "/"));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::deadline);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(DeadlineTest, is_not_what_a_connect_timeout_reports) {
  const Server silent{[](Peer& peer) { peer.hold(); }};
  const BlackHole swallowing{"127.0.0.1"};
  TrustingClient client{authority};
  for (const auto& url : {silent.url("https://vault.test", "/"),
                          "http://vault.test:" + std::to_string(swallowing.port()) + "/"}) {
    auto request = client.request(url);
    request.connect_timeout = short_deadline;
    const auto response = client.send(request);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, Code::connect_failure);
  }
}

TEST_F(DeadlineTest, is_not_waited_for_when_the_transport_is_closed) {
  const Server silent{[](Peer& peer) { peer.hold(); }};
  const BlackHole swallowing{"127.0.0.1"};
  auto client = std::make_optional<TrustingClient>(authority);
  const auto deadline = Deadline::in(client->clock, Milliseconds{60'000});
  client->transport().preconnect(*parse_url(silent.url("https://vault.test", "/")), 4, deadline);
  client->transport().preconnect(
      *parse_url("http://vault.test:" + std::to_string(swallowing.port()) + "/"), 4, deadline);
  const SystemClock clock;
  const auto begin = clock.steady();
  client.reset();
  EXPECT_LT(clock.steady() - begin, promptly);
}

// A name server that never answers; what the left-behind thread uses lives in shared state.
class SilentAddresses final : public AddressSource {
 public:
  Result<std::vector<Address>> look_up(const std::string& /*host*/) override {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return over_; });
    return Error{.code = Code::dns_failure, .message = "over"};
  }
  void end() {
    const std::lock_guard lock{mutex_};
    over_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
};

TEST_F(DeadlineTest, ends_a_look_up_and_closing_does_not_wait_for_it) {
  const auto addresses = std::make_shared<SilentAddresses>();
  SystemClock clock;
  kvlaunch::test::FakeLog log;
  auto transport = make_transport({.environment = Environment{}, .ca_file = ""}, clock, log,
                                  addresses, TrustPlaces{});
  HttpRequest request;
  request.url = *parse_url("http://vault.test/");
  const auto response = transport->send(request, Deadline::in(clock, short_deadline));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::deadline);
  transport->preconnect(request.url, 2, Deadline::in(clock, Milliseconds{60'000}));
  const auto begin = clock.steady();
  transport.reset();
  EXPECT_LT(clock.steady() - begin, promptly);
  addresses->end();
}

}  // namespace
}  // namespace kvlaunch::network::test
