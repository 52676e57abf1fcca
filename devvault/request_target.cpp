// Taking targets apart.
#include "devvault/request_target.hpp"

#include <algorithm>
#include <charconv>

#include "launcher/base/url.hpp"

namespace devvault {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || stop != end || port == 0) return std::nullopt;
  return port;
}

// Forms write a blank as '+' in queries too.
std::optional<std::string> decode(std::string_view text) {
  std::string with_blanks{text};
  std::replace(with_blanks.begin(), with_blanks.end(), '+', ' ');
  auto decoded = kvlaunch::percent_decode(with_blanks);
  if (!decoded) return std::nullopt;
  return std::move(decoded).value();
}

bool parse_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const auto name = decode(part.substr(0, equals));
    const auto value =
        equals == std::string_view::npos ? std::string{} : decode(part.substr(equals + 1));
    if (!name || !value) return false;
    request.query.emplace_back(*name, *value);
  }
  return true;
}

std::optional<Request> make_request(const RequestHead& head, std::string_view scheme,
                                    std::string_view authority, std::string_view target) {
  const auto place = parse_authority(authority, scheme == "https" ? 443 : 80);
  if (!place) return std::nullopt;
  Request request;
  request.method = head.method;
  std::transform(request.method.begin(), request.method.end(), request.method.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  request.scheme = scheme;
  request.host = place->host;
  request.port = place->port;
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.headers = head.headers;
  if (question != std::string_view::npos && !parse_query(target.substr(question + 1), request)) {
    return std::nullopt;
  }
  return request;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text, std::uint16_t usual_port) {
  Authority authority;
  authority.port = usual_port;
  std::string_view host = text;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
    if (!kvlaunch::is_address_literal(host)) return std::nullopt;
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (!rest.empty()) {
    const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port) return std::nullopt;
    authority.port = *port;
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  authority.host = kvlaunch::to_lower(host);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._:";
  const bool plain = !authority.host.empty() && authority.host.size() <= 253 &&
                     authority.host.find_first_not_of(allowed) == std::string::npos;
  return plain ? std::optional{authority} : std::nullopt;
}

TargetForm form_of(const RequestHead& head) {
  if (head.method == "CONNECT") return TargetForm::authority;
  if (head.target.starts_with('/')) return TargetForm::origin;
  return head.target == "*" ? TargetForm::asterisk : TargetForm::absolute;
}

std::optional<Request> origin_request(const RequestHead& head, std::string_view scheme) {
  return make_request(head, scheme, head.header("Host"), head.target);
}

std::optional<Request> absolute_request(const RequestHead& head) {
  const std::string_view target = head.target;
  const std::size_t separator = target.find("://");
  if (separator == std::string_view::npos) return std::nullopt;
  const std::string scheme = kvlaunch::to_lower(target.substr(0, separator));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const std::string_view rest = target.substr(separator + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  std::string path{rest.substr(end)};
  if (!path.starts_with('/')) path.insert(0, "/");
  return make_request(head, scheme, rest.substr(0, end), path);
}

}  // namespace devvault
