// Matching a host against the entries of NO_PROXY.
#include "launcher/network/no_proxy.hpp"

#include <charconv>
#include <optional>
#include <vector>

#include "launcher/network/address.hpp"

namespace kvlaunch::network {
namespace {

std::optional<unsigned> parse_number(std::string_view text) {
  unsigned number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (text.empty() || failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string_view without_trailing_dot(std::string_view host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

bool in_block(std::string_view network, std::string_view prefix, std::string_view host) {
  const auto base = Address::parse(network);
  const auto address = Address::parse(host);
  const auto bits = parse_number(prefix);
  if (!base || !address || !bits || base->family() != address->family()) return false;
  const auto left = base->bytes();
  const auto right = address->bytes();
  if (*bits > left.size() * 8) return false;
  const auto whole = *bits / 8;
  for (unsigned i = 0; i < whole; ++i) {
    if (left[i] != right[i]) return false;
  }
  if (*bits % 8 == 0) return true;
  const unsigned shift = 8 - *bits % 8;
  return (static_cast<unsigned>(left[whole]) >> shift) ==
         (static_cast<unsigned>(right[whole]) >> shift);
}

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

HostAndPort split_port(std::string_view entry) {
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    if (end == std::string_view::npos) return {entry, {}};
    const auto rest = entry.substr(end + 1);
    if (rest.empty()) return {entry.substr(1, end - 1), {}};
    return {entry.substr(1, end - 1), rest.front() == ':' ? rest.substr(1) : rest};
  }
  const auto colon = entry.find(':');
  // Two colons and no brackets: an IPv6 address without port.
  if (colon == std::string_view::npos || entry.find(':', colon + 1) != std::string_view::npos) {
    return {entry, {}};
  }
  return {entry.substr(0, colon), entry.substr(colon + 1)};
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*") return true;
  const auto address = Address::parse(host);
  const auto wanted = Address::parse(pattern);
  if (address || wanted) return address && wanted && address->bytes() == wanted->bytes();
  if (pattern.starts_with("*.")) pattern.remove_prefix(1);
  if (pattern.starts_with('.')) pattern.remove_prefix(1);
  return !pattern.empty() && host_is_below(host, without_trailing_dot(pattern));
}

bool entry_matches(std::string_view entry, std::string_view host, std::uint16_t port) {
  if (const auto slash = entry.find('/'); slash != std::string_view::npos) {
    return in_block(entry.substr(0, slash), entry.substr(slash + 1), host);
  }
  const auto [pattern, wanted_port] = split_port(entry);
  if (wanted_port && parse_number(*wanted_port) != unsigned{port}) return false;
  return host_matches(pattern, host);
}

}  // namespace

bool no_proxy_matches(std::string_view list, const Url& url) {
  return matching_no_proxy_entry(list, url).has_value();
}

std::optional<std::string> matching_no_proxy_entry(std::string_view list, const Url& url) {
  constexpr std::string_view separators = ", \t\n";
  const std::string lower = to_lower(list);
  std::string_view rest = lower;
  while (true) {
    const auto begin = rest.find_first_not_of(separators);
    if (begin == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(begin);
    const auto entry = rest.substr(0, rest.find_first_of(separators));
    if (entry_matches(entry, without_trailing_dot(url.host), url.port)) return std::string{entry};
    rest.remove_prefix(entry.size());
  }
}

}  // namespace kvlaunch::network
