// Cutting one page out of a list.
#include "devvault/paging.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "devvault/json_object.hpp"
#include "devvault/jwt.hpp"
#include "devvault/key_vault_error.hpp"
#include "launcher/base/url.hpp"

namespace devvault {
namespace {

constexpr std::size_t largest_page = 25;
constexpr std::string_view token_mark = "after:";

std::optional<std::size_t> page_size(const Request& request) {
  const auto asked = request.query_value("maxresults");
  if (!asked) return largest_page;
  std::size_t size = 0;
  const char* const end = asked->data() + asked->size();
  const auto [stop, problem] = std::from_chars(asked->data(), end, size);
  if (problem != std::errc{} || stop != end || size < 1 || size > largest_page) return std::nullopt;
  return size;
}

std::string next_link(const Request& request, const std::string& last_key, std::size_t size) {
  const bool is_address_v6 = request.host.find(':') != std::string::npos;
  const std::string host = is_address_v6 ? "[" + request.host + "]" : request.host;
  const int usual_port = request.scheme == "https" ? 443 : 80;
  std::string path = request.path;
  while (path.starts_with("//")) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  return request.scheme + "://" + host + ":" +
         std::to_string(request.port == 0 ? usual_port : request.port) + path + "?api-version=" +
         kvlaunch::percent_encode(request.query_value("api-version").value_or("")) +
         "&$skiptoken=" + base64url_encode(std::string{token_mark} + last_key) +
         "&maxresults=" + std::to_string(size);
}

}  // namespace

Response page_of(const Request& request,
                 const std::vector<std::pair<std::string, std::string>>& items) {
  const auto size = page_size(request);
  if (!size) {
    return key_vault::bad_parameter("Property 'maxresults' has to be between 1 and 25.");
  }
  auto from = items.begin();
  if (const auto token = request.query_value("$skiptoken")) {
    const auto after = base64_decode(*token);
    if (!after || !after->starts_with(token_mark)) {
      return key_vault::bad_parameter("The parameter '$skiptoken' is invalid.");
    }
    const std::string key = after->substr(token_mark.size());
    from = std::find_if(items.begin(), items.end(),
                        [&](const auto& item) { return item.first > key; });
  }
  const auto count = std::min(*size, static_cast<std::size_t>(items.end() - from));
  const auto to = from + static_cast<std::ptrdiff_t>(count);
  std::vector<std::string> page;
  for (auto item = from; item != to; ++item) page.push_back(item->second);
  JsonObject body;
  body.raw("value", json_array(page));
  if (to == items.end()) {
    body.raw("nextLink", "null");
  } else {
    body.text("nextLink", next_link(request, std::prev(to)->first, *size));
  }
  return Response::json(200, body.str());
}

}  // namespace devvault
