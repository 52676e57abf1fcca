// A browser comes back, among others who only use the port.
#include "launcher/network/loopback.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "launcher/base/descriptor.hpp"

namespace kvlaunch::network::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Milliseconds patience{20'000};

Descriptor connect_to(std::uint16_t port) {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return {};
  return socket;
}

void send_text(const Descriptor& socket, std::string_view text) {
  [[maybe_unused]] const auto sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

std::string read_all(const Descriptor& socket) {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t length = 0;
  while ((length = ::recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  return text;
}

std::string ask(std::uint16_t port, std::string_view head) {
  const Descriptor socket = connect_to(port);
  send_text(socket, head);
  return read_all(socket);
}

struct LoopbackTest : testing::Test {
  SystemClock clock;
  std::unique_ptr<LoopbackListener> listener = *SystemLoopback{clock}.listen();
  std::vector<std::string> targets;

  // Until "/last" is asked for.
  Result<void> serve() {
    return listener->serve(
        [&](std::string_view target) {
          targets.emplace_back(target);
          return LoopbackAnswer{target == "/last" ? 200 : 404, "<p>page</p>", target == "/last"};
        },
        Deadline::in(clock, patience));
  }
};

TEST_F(LoopbackTest, answers_each_request_until_the_last) {
  std::string first;
  std::string last;
  const std::jthread browser{[&] {
    first = ask(listener->port(), "GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n");
    last = ask(listener->port(), "GET /last HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }};
  EXPECT_TRUE(serve().ok());
  EXPECT_THAT(targets, ElementsAre("/favicon.ico", "/last"));
}

TEST_F(LoopbackTest, sends_the_page_whole) {
  std::string got;
  std::jthread browser{
      [&] { got = ask(listener->port(), "GET /last HTTP/1.1\r\nHost: localhost\r\n\r\n"); }};
  EXPECT_TRUE(serve().ok());
  browser.join();
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_THAT(got, HasSubstr("\r\n\r\n<p>page</p>"));
}

TEST_F(LoopbackTest, is_not_held_up_by_connections_that_say_nothing) {
  const std::jthread browser{[&] {
    std::vector<Descriptor> silent;
    for (int i = 0; i < 40; ++i) silent.push_back(connect_to(listener->port()));
    ask(listener->port(), "GET /last HTTP/1.1\r\n\r\n");
  }};
  EXPECT_TRUE(serve().ok());
}

TEST_F(LoopbackTest, reads_a_request_that_comes_in_pieces) {
  const std::jthread browser{[&] {
    const Descriptor socket = connect_to(listener->port());
    for (const char* piece : {"GET /l", "ast HTT", "P/1.1\r\n\r", "\n"}) send_text(socket, piece);
    read_all(socket);
  }};
  EXPECT_TRUE(serve().ok());
  EXPECT_THAT(targets, ElementsAre("/last"));
}

TEST_F(LoopbackTest, drops_what_is_no_request_of_a_browser) {
  const std::jthread browser{[&] {
    ask(listener->port(), "POST /last HTTP/1.1\r\n\r\n");
    ask(listener->port(), "nonsense\r\n\r\n");
    ask(listener->port(), std::string(20'000, 'x'));
    ask(listener->port(), "GET /last HTTP/1.1\r\n\r\n");
  }};
  EXPECT_TRUE(serve().ok());
  EXPECT_THAT(targets, ElementsAre("/last"));
}

TEST_F(LoopbackTest, ends_with_the_deadline) {
  const auto result = listener->serve([](std::string_view) { return LoopbackAnswer{}; },
                                      Deadline::in(clock, Milliseconds{30}));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::deadline);
}

}  // namespace
}  // namespace kvlaunch::network::test
