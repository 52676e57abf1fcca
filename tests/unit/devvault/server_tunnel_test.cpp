#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "devvault/tunnel.hpp"

namespace devvault {
namespace {

TEST(Tunnel, does_not_wait_for_a_dead_name_server_when_devvault_stops) {
  // Kept by the look-up, which is left behind until the name server answers.
  const auto answered = std::make_shared<std::promise<void>>();
  const Resolver dead = [answered](const char*, const char*, const addrinfo*, addrinfo**) {
    answered->get_future().wait();
    return EAI_AGAIN;
  };
  Stop stop;
  stop.raise();
  EXPECT_FALSE(connect_to({"host.test", 443}, stop, dead));
  answered->set_value();
}

TEST(Tunnel, connects_to_nothing_when_the_name_is_not_known) {
  const Resolver unknown = [](const char*, const char*, const addrinfo*, addrinfo**) {
    return EAI_NONAME;
  };
  const Stop stop;
  EXPECT_FALSE(connect_to({"host.test", 443}, stop, unknown));
}

}  // namespace
}  // namespace devvault
