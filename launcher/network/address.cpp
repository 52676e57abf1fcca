// Addresses from text and from the system, and back.
#include "launcher/network/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kvlaunch::network {
namespace {

// sockaddr_storage is meant to be seen as the structure of its family; copies keep that free of
// aliasing rules.
template <class T>
T as(const sockaddr_storage& storage) {
  T typed;
  std::memcpy(&typed, &storage, sizeof typed);
  return typed;
}

}  // namespace

std::optional<Address> Address::from(const sockaddr* data, socklen_t size) {
  const bool known = (data->sa_family == AF_INET && size >= sizeof(sockaddr_in)) ||
                     (data->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6));
  if (!known || size > sizeof(sockaddr_storage)) return std::nullopt;
  Address address;
  std::memcpy(&address.storage_, data, size);
  address.size_ = size;
  return address;
}

std::optional<Address> Address::parse(std::string_view literal) {
  const std::string text{literal};
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  // getaddrinfo and not inet_pton, for the zone; inet_aton's spellings ("127.1") stay out.
  in_addr ignored{};
  if (text.find(':') == std::string::npos && inet_pton(AF_INET, text.c_str(), &ignored) != 1) {
    return std::nullopt;
  }
  addrinfo* found = nullptr;
  if (getaddrinfo(text.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
  auto address = from(found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return address;
}

Address Address::with_port(std::uint16_t port) const {
  Address copy = *this;
  // Both families keep the port in the same place: the two bytes after the family.
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  auto in_order = as<sockaddr_in>(storage_);
  in_order.sin_port = htons(port);
  std::memcpy(&copy.storage_, &in_order, offsetof(sockaddr_in, sin_addr));
  return copy;
}

const sockaddr* Address::data() const {
  return reinterpret_cast<const sockaddr*>(&storage_);
}

std::string Address::text() const {
  std::array<char, NI_MAXHOST> host{};
  if (getnameinfo(data(), size_, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return "(address)";
  }
  const auto port = std::to_string(ntohs(as<sockaddr_in>(storage_).sin_port));
  const std::string name{host.data()};
  return family() == AF_INET6 ? "[" + name + "]:" + port : name + ":" + port;
}

std::vector<std::uint8_t> Address::bytes() const {
  if (family() == AF_INET) {
    const auto typed = as<sockaddr_in>(storage_);
    std::vector<std::uint8_t> bytes(sizeof typed.sin_addr);
    std::memcpy(bytes.data(), &typed.sin_addr, bytes.size());
    return bytes;
  }
  const auto typed = as<sockaddr_in6>(storage_);
  std::vector<std::uint8_t> bytes(sizeof typed.sin6_addr);
  std::memcpy(bytes.data(), &typed.sin6_addr, bytes.size());
  return bytes;
}

bool Address::is_private() const {
  const auto address = bytes();
  const auto [a, b] = std::pair{address[0], address[1]};
  if (family() == AF_INET) {
    return a == 10 || a == 127 || (a == 172 && (b & 0xF0U) == 16) || (a == 192 && b == 168) ||
           (a == 169 && b == 254) || (a == 100 && (b & 0xC0U) == 64);
  }
  const bool loopback = std::all_of(address.begin(), address.end() - 1,
                                    [](std::uint8_t byte) { return byte == 0; }) &&
                        address.back() == 1;
  return loopback || (a & 0xFEU) == 0xFC || (a == 0xFE && (b & 0xC0U) == 0x80);
}

std::vector<Address> interleaved(const std::vector<Address>& addresses) {
  std::vector<Address> first;
  std::vector<Address> second;
  for (const auto& address : addresses) {
    (address.family() == addresses.front().family() ? first : second).push_back(address);
  }
  std::vector<Address> order;
  order.reserve(addresses.size());
  for (std::size_t i = 0; order.size() < addresses.size(); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < second.size()) order.push_back(second[i]);
  }
  return order;
}

}  // namespace kvlaunch::network
