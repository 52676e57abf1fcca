#include "launcher/network/address.hpp"

#include <gtest/gtest.h>

namespace kvlaunch::network {
namespace {

std::string order_of(const std::vector<std::string>& literals) {
  std::vector<Address> addresses;
  for (const auto& literal : literals) addresses.push_back(*Address::parse(literal));
  std::string text;
  for (const auto& address : interleaved(addresses)) text += address.with_port(1).text() + " ";
  return text;
}

TEST(Address, is_written_as_url_and_log_have_it) {
  EXPECT_EQ(Address::parse("192.0.2.1")->with_port(443).text(), "192.0.2.1:443");
  EXPECT_EQ(Address::parse("2001:DB8::1")->with_port(8443).text(), "[2001:db8::1]:8443");
}

TEST(Address, is_no_name_and_no_abbreviation) {
  for (const char* text :
       {"", "localhost", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "[::1]", "1::2::3"}) {
    EXPECT_FALSE(Address::parse(text).has_value()) << text;
  }
}

TEST(Address, families_take_turns_beginning_with_the_first) {
  EXPECT_EQ(order_of({}), "");
  EXPECT_EQ(order_of({"::1", "::2", "1.1.1.1", "::3", "2.2.2.2"}),
            "[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1 ");
  EXPECT_EQ(order_of({"1.1.1.1", "2.2.2.2", "3.3.3.3"}), "1.1.1.1:1 2.2.2.2:1 3.3.3.3:1 ");
}

}  // namespace
}  // namespace kvlaunch::network
