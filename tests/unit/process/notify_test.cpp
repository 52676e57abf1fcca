#include "launcher/process/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <string>

#include "launcher/base/descriptor.hpp"
#include "tests/unit/process/temporary_directory.hpp"

namespace kvlaunch::test {
namespace {

class NotifyReady : public testing::Test {
 protected:
  NotifyReady() {
    address_.sun_family = AF_UNIX;
    const std::string path = directory_.path("notify");
    std::copy(path.begin(), path.end(), address_.sun_path);
    EXPECT_EQ(bind(manager_.get(), address(), sizeof address_), 0);
    environment_.set("NOTIFY_SOCKET", path);
  }
  // The bound is unix(7)'s max_dgram_qlen, 10 to a few hundred datagrams.
  void fill_the_queue() {
    const Descriptor sender{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    int sent = 0;
    while (sent < 100'000 && sendto(sender.get(), "x", 1, 0, address(), sizeof address_) == 1) {
      ++sent;
    }
    ASSERT_LT(sent, 100'000);
  }
  std::string received() {
    std::array<char, 64> bytes{};
    const auto length = recv(manager_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return length < 0 ? "(nothing)" : std::string{bytes.data(), static_cast<std::size_t>(length)};
  }
  Result<void> notify(Milliseconds patience) {
    return notify_ready(environment_, clock_, Deadline::in(clock_, patience));
  }
  [[nodiscard]] const sockaddr* address() const {
    return reinterpret_cast<const sockaddr*>(&address_);
  }

  TemporaryDirectory directory_;
  sockaddr_un address_{};
  Descriptor manager_{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  SystemClock clock_;
  Environment environment_;
};

TEST_F(NotifyReady, sends_one_datagram) {
  EXPECT_TRUE(notify(Milliseconds{20'000}).ok());
  EXPECT_EQ(received(), "READY=1");
  EXPECT_EQ(received(), "(nothing)");
}

TEST_F(NotifyReady, ends_by_the_deadline_when_nobody_reads_the_socket) {
  fill_the_queue();
  const auto told = notify(Milliseconds{20});
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().code, Code::deadline);
}

TEST_F(NotifyReady, tells_when_nobody_has_the_socket) {
  manager_ = Descriptor{};
  const auto told = notify(Milliseconds{20'000});
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().code, Code::internal);
}

TEST_F(NotifyReady, does_nothing_without_a_service_manager) {
  environment_.unset("NOTIFY_SOCKET");
  EXPECT_TRUE(notify(Milliseconds{0}).ok());
}

}  // namespace
}  // namespace kvlaunch::test
