// IP addresses as sockets take them, and the order in which they are tried.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kvlaunch::network {

// An IPv4 or IPv6 address with a port (0 until with_port).
class Address {
 public:
  // A literal without brackets; an IPv6 one may have a zone ("fe80::1%eth0").
  static std::optional<Address> parse(std::string_view literal);
  // Nothing for other families.
  static std::optional<Address> from(const sockaddr* data, socklen_t size);

  [[nodiscard]] Address with_port(std::uint16_t port) const;
  [[nodiscard]] sa_family_t family() const { return storage_.ss_family; }
  [[nodiscard]] const sockaddr* data() const;
  [[nodiscard]] socklen_t size() const { return size_; }
  // "192.0.2.1:443" or "[2001:db8::1]:443".
  [[nodiscard]] std::string text() const;
  // The bytes of the address alone, in network order: 4 or 16.
  [[nodiscard]] std::vector<std::uint8_t> bytes() const;
  // Not reachable from the internet at large: RFC 1918, RFC 6598 (carrier NAT), RFC 4193 (unique
  // local), loopback and link-local.
  [[nodiscard]] bool is_private() const;

 private:
  Address() = default;

  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// Families in turn, beginning with that of the first address; within a family the order stays
// (RFC 8305 section 4, with a First Address Family Count of 1).
std::vector<Address> interleaved(const std::vector<Address>& addresses);

}  // namespace kvlaunch::network
