// Copying requests on purpose, and finding headers.
#include "launcher/base/http.hpp"

namespace kvlaunch {

HttpRequest HttpRequest::clone() const {
  HttpRequest copy{.method = method,
                   .url = url,
                   .headers = {},
                   .body = body.clone(),
                   .proxy = proxy,
                   .max_body_bytes = max_body_bytes,
                   .connect_timeout = connect_timeout,
                   .idempotent = idempotent,
                   .trust = trust};
  copy.headers.reserve(headers.size());
  for (const auto& header : headers) copy.headers.push_back({header.name, header.value.clone()});
  return copy;
}

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> HttpResponse::all_headers(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) values.emplace_back(value);
  }
  return values;
}

}  // namespace kvlaunch
