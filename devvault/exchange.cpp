// Looking things up in a request, and the usual shape of an answer.
#include "devvault/exchange.hpp"

#include <algorithm>

#include "launcher/base/url.hpp"

namespace devvault {

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& entry) {
    return kvlaunch::equal_ignoring_case(entry.first, name);
  });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::string Request::origin() const {
  const bool is_address_v6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://" + (is_address_v6 ? "[" + host + "]" : host);
  const std::uint16_t usual = scheme == "https" ? 443 : 80;
  if (port != 0 && port != usual) text += ":" + std::to_string(port);
  return text;
}

Response Response::json(int status, std::string body) {
  return Response{status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

}  // namespace devvault
