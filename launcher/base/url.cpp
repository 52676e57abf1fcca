// Taking URLs apart and putting them together.
#include "launcher/base/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace kvlaunch {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? https_port : http_port;
}

Error bad_url(std::string why) {
  return Error{.code = Code::reference_host, .message = "not a usable URL: " + std::move(why)};
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_host_character(char c) {
  return is_unreserved(c);
}

// "host", "host:port", "[v6]" or "[v6]:port".
Result<void> parse_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) return bad_url("user information in it");
  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return bad_url("'[' without ']'");
    host = authority.substr(1, end - 1);
    const auto rest = authority.substr(end + 1);
    if (!is_address_literal(host)) return bad_url("no IPv6 address between the brackets");
    if (!rest.empty() && rest.front() != ':') return bad_url("text after ']'");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else {
    const auto colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    host = authority.substr(0, colon);
    if (has_port) port = authority.substr(colon + 1);
    if (!std::all_of(host.begin(), host.end(), is_host_character)) {
      return bad_url("a character that no host name has");
    }
  }
  if (host.empty()) return bad_url("no host");
  url.host = to_lower(host);
  url.port = default_port(url.scheme);
  url.explicit_port = has_port;
  if (has_port) {
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (failure != std::errc{} || end != port.data() + port.size() || url.port == 0) {
      return bad_url("the port is not a number from 1 to 65535");
    }
  }
  return {};
}

}  // namespace

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::origin() const {
  return scheme + "://" + authority();
}

std::string_view Url::path() const {
  return std::string_view{target}.substr(0, target.find('?'));
}

std::string_view Url::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view{} : std::string_view{target}.substr(mark + 1);
}

Result<Url> parse_url(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) != 0x7F;
  });
  if (!printable) return bad_url("white space or control characters in it");
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return bad_url("no scheme");
  Url url;
  url.scheme = to_lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return bad_url("scheme is not http or https");

  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const auto path = rest.find_first_of("/?");
  if (auto authority = parse_authority(rest.substr(0, path), url); !authority) {
    return std::move(authority).errors();
  }
  url.target = path == std::string_view::npos ? "/" : std::string{rest.substr(path)};
  if (url.target.front() != '/') url.target.insert(0, "/");
  return url;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte >> 4U], digits[byte & 0x0FU]};
    }
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const bool whole = text.size() - i > 2;
    const int high = whole ? hex_value(text[i + 1]) : -1;
    const int low = whole ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return bad_url("a '%' without two hex digits after it");
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string form_encode(const FormFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text.append(percent_encode(name)).append("=").append(percent_encode(value));
  }
  return text;
}

bool host_is_below(std::string_view host, std::string_view suffix) {
  if (host == suffix) return true;
  return host.size() > suffix.size() && host.ends_with(suffix) &&
         host[host.size() - suffix.size() - 1] == '.';
}

bool is_address_literal(std::string_view host) {
  const std::string text{host};
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

std::string to_lower(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && to_lower(left) == to_lower(right);
}

}  // namespace kvlaunch
