// Judging and binding addresses.
#include "devvault/listening.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

namespace devvault {
namespace {

using kvlaunch::Code;
using kvlaunch::Error;

struct Ipv4Range {
  std::uint32_t network;
  int prefix_bits;
};

// 127/8 loopback, 10/8, 172.16/12, 192.168/16 private, 169.254/16 link-local, 100.64/10 shared.
constexpr std::array<Ipv4Range, 6> local_ipv4{{{0x7F000000, 8},
                                               {0x0A000000, 8},
                                               {0xAC100000, 12},
                                               {0xC0A80000, 16},
                                               {0xA9FE0000, 16},
                                               {0x64400000, 10}}};

enum class Reach { this_machine, local, everywhere, global };

Reach reach_of(const in_addr& address) {
  const std::uint32_t number = ntohl(address.s_addr);
  if (number == INADDR_ANY) return Reach::everywhere;
  if (number >> 24U == 127) return Reach::this_machine;
  for (const Ipv4Range& range : local_ipv4) {
    if (number >> (32 - range.prefix_bits) == range.network >> (32 - range.prefix_bits)) {
      return Reach::local;
    }
  }
  return Reach::global;
}

Reach reach_of(const in6_addr& address) {
  if (IN6_IS_ADDR_UNSPECIFIED(&address)) return Reach::everywhere;
  if (IN6_IS_ADDR_LOOPBACK(&address)) return Reach::this_machine;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr mapped{};
    std::memcpy(&mapped.s_addr, &address.s6_addr[12], sizeof mapped.s_addr);
    return reach_of(mapped);
  }
  const bool unique_local = (address.s6_addr[0] & 0xFEU) == 0xFC;
  return unique_local || IN6_IS_ADDR_LINKLOCAL(&address) ? Reach::local : Reach::global;
}

std::optional<Reach> reach_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    sockaddr_in plain{};
    std::memcpy(&plain, address, sizeof plain);
    return reach_of(plain.sin_addr);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 plain{};
    std::memcpy(&plain, address, sizeof plain);
    return reach_of(plain.sin6_addr);
  }
  return std::nullopt;
}

struct AddressesDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, AddressesDeleter>;

Addresses literal(const std::string& address, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
    return nullptr;
  }
  return Addresses{found};
}

bool machine_is_reachable_globally() {
  ifaddrs* found = nullptr;
  if (getifaddrs(&found) != 0) return true;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> interfaces{found, &freeifaddrs};
  for (const ifaddrs* entry = found; entry != nullptr; entry = entry->ifa_next) {
    if (reach_of(entry->ifa_addr) == Reach::global) return true;
  }
  return false;
}

Error not_a_literal(const std::string& address) {
  return Error{.code = Code::usage,
               .message = "'" + address + "' is no address to listen on",
               .hint = "write an address literal such as 127.0.0.1 or ::1"};
}

}  // namespace

kvlaunch::Result<Authority> parse_listen_address(const std::string& text) {
  const Error wrong{.code = Code::usage,
                    .message = "'" + text + "' is no address with a port",
                    .hint = "write ADDRESS:PORT, such as 127.0.0.1:443 or [::1]:443"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  Authority authority;
  authority.host = text.substr(0, colon);
  const bool in_brackets = authority.host.starts_with('[') && authority.host.ends_with(']');
  if (in_brackets) authority.host = authority.host.substr(1, authority.host.size() - 2);
  const bool is_ipv6 = authority.host.find(':') != std::string::npos;
  const char* const begin = text.data() + colon + 1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, authority.port);
  if (begin == end || error != std::errc{} || stop != end || is_ipv6 != in_brackets) return wrong;
  return authority;
}

kvlaunch::Result<void> check_listen_address(const std::string& address) {
  const Addresses found = literal(address, 0);
  const auto reach = found ? reach_of(found->ai_addr) : std::nullopt;
  if (!reach) return not_a_literal(address);
  const bool refused =
      *reach == Reach::global || (*reach == Reach::everywhere && machine_is_reachable_globally());
  if (!refused) return {};
  return Error{.code = Code::usage,
               .message = "devvault does not listen on " + address +
                          ": others could reach it from the internet",
               .hint = "name a loopback or private address of this machine"};
}

kvlaunch::Result<kvlaunch::Descriptor> listen_on(const std::string& address, std::uint16_t port) {
  const Addresses found = literal(address, port);
  if (!found) return not_a_literal(address);
  const std::string place = address + " port " + std::to_string(port);
  kvlaunch::Descriptor socket{
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, found->ai_protocol)};
  const int on = 1;
  if (!socket.valid() || setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      listen(socket.get(), SOMAXCONN) != 0) {
    Error error = kvlaunch::system_error("cannot listen on", place, errno, Code::usage);
    if (errno == EADDRINUSE) error.hint = "leave out --port to get any free port";
    if (errno == EADDRNOTAVAIL) error.hint = "name an address that this machine has (ip address)";
    if (errno == EACCES) error.hint = "ports below 1024 need root or CAP_NET_BIND_SERVICE";
    return error;
  }
  return socket;
}

std::uint16_t port_of(const kvlaunch::Descriptor& listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    sockaddr_in plain{};
    std::memcpy(&plain, &address, sizeof plain);
    return ntohs(plain.sin_port);
  }
  sockaddr_in6 plain{};
  std::memcpy(&plain, &address, sizeof plain);
  return ntohs(plain.sin6_port);
}

bool is_loopback_peer(const kvlaunch::Descriptor& connected) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(connected.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  return reach_of(reinterpret_cast<const sockaddr*>(&address)) == Reach::this_machine;
}

}  // namespace devvault
