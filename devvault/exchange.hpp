// One request and its answer inside devvault: what the server hands to a service.
//
// devvault serves made-up secrets to local clients; values here are plain strings on purpose.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace devvault {

struct Request {
  std::string method;      // upper case
  std::string scheme;      // "https" behind TLS, else "http"
  std::string host;        // from the Host header, lower case, without port
  std::uint16_t port = 0;  // as the client believes it to be: from Host, else the scheme's own
  std::string path;        // as on the wire, not decoded; "//" and a trailing '/' kept
  std::vector<std::pair<std::string, std::string>> query;    // names and values percent-decoded
  std::vector<std::pair<std::string, std::string>> headers;  // as received
  std::string body;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;  // any case
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  // "scheme://host[:port]" as this client addresses the server: for ids and nextLink.
  [[nodiscard]] std::string origin() const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  static Response json(int status, std::string body);
};

// A part of Azure. Services are called from several threads at once.
class Service {
 public:
  virtual ~Service() = default;
  // Does this request belong to this service? Decided by scheme, host and path.
  [[nodiscard]] virtual bool serves(const Request& request) const = 0;
  virtual Response answer(const Request& request) = 0;
};

using Now = std::chrono::system_clock::time_point (*)();

}  // namespace devvault
