#include "launcher/network/connect.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include "tests/unit/network/server.hpp"

namespace kvlaunch::network {
namespace {

using test::BlackHole;
using test::ClosedPort;
using test::Peer;
using test::Server;

struct ConnectTest : testing::Test {
  Result<Connected> connect(const std::vector<std::string>& literals, std::uint16_t port,
                            Milliseconds duration = Milliseconds{20'000}) {
    std::vector<Address> addresses;
    for (const auto& literal : literals) addresses.push_back(*Address::parse(literal));
    const Patience patience{clock, Deadline::in(clock, duration), stop};
    return connect_to_any("vault.test", addresses, port, patience);
  }
  [[nodiscard]] Milliseconds elapsed() const {
    return std::chrono::duration_cast<Milliseconds>(clock.steady() - begin);
  }

  SystemClock clock;
  StopSignal stop;
  SteadyTime begin = clock.steady();
  Server server{[](Peer& peer) { peer.hold(); }};
};

TEST_F(ConnectTest, gives_a_socket_that_is_close_on_exec_and_sends_at_once) {
  const auto connected = connect({"127.0.0.1"}, server.port());
  ASSERT_TRUE(connected.ok());
  EXPECT_EQ(fcntl(connected->socket.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  getsockopt(connected->socket.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
  EXPECT_NE(no_delay, 0);
}

TEST_F(ConnectTest, goes_on_at_once_when_an_address_refuses) {
  const auto connected = connect({"127.0.0.2", "127.0.0.3", "127.0.0.1"}, server.port());
  ASSERT_TRUE(connected.ok());
  EXPECT_EQ(connected->address.text(), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_LT(elapsed(), Milliseconds{200});
}

TEST_F(ConnectTest, goes_on_after_a_quarter_second_when_an_address_is_silent) {
  const BlackHole silent{"::1", server.port()};
  const auto connected = connect({"::1", "127.0.0.1"}, server.port());
  ASSERT_TRUE(connected.ok());
  EXPECT_EQ(connected->address.family(), AF_INET);
  EXPECT_GE(elapsed(), Milliseconds{245});
  EXPECT_LT(elapsed(), Milliseconds{1'000});
}

TEST_F(ConnectTest, names_every_address_and_its_reason_when_all_refuse) {
  const ClosedPort closed;
  const auto connected = connect({"127.0.0.1", "127.0.0.2"}, closed.port());
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, Code::connect_failure);
  ASSERT_EQ(connected.error().notes.size(), 2U);
  EXPECT_EQ(connected.error().notes[0],
            "127.0.0.1:" + std::to_string(closed.port()) + ": Connection refused");
}

TEST_F(ConnectTest, ends_at_the_deadline) {
  const BlackHole silent{"127.0.0.1"};
  const auto connected = connect({"127.0.0.1"}, silent.port(), Milliseconds{50});
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, Code::deadline);
  EXPECT_GE(elapsed(), Milliseconds{50});
  EXPECT_LT(elapsed(), Milliseconds{1'000});
}

}  // namespace
}  // namespace kvlaunch::network
