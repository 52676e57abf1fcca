// HTTP as a seam: one request, one response, one deadline. Retries are base/retry's, identity and
// challenges are the caller's; the Transport only moves bytes and keeps connections alive.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"
#include "launcher/base/url.hpp"

namespace kvlaunch {

// Header values are Secrets because one of them is the bearer token.
struct HttpHeader {
  std::string name;
  Secret value;
};

enum class ProxyUse {
  from_environment,  // HTTPS_PROXY and NO_PROXY apply
  never,             // managed identity endpoints: link-local, loopback, node-local
};

// Whom one request trusts, where it is not the system's authorities vouching for the URL's host.
// Only for https: a plain connection proves nothing, so a request with any of this over http is
// refused.
struct TlsTrust {
  std::string authorities;  // PEM; not empty: these and no others, not even the system's
  std::string server_name;  // not empty: sent as SNI and verified, in place of the URL's host
  // Not empty: the 20 bytes of the SHA-1 of the one certificate (DER) that is accepted, whoever
  // issued it, whatever its name and dates. SHA-1 because platforms name certificates so: it
  // identifies what they chose themselves, and a second certificate with the same one is not known
  // to be makable.
  std::string leaf_sha1;

  friend bool operator==(const TlsTrust&, const TlsTrust&) = default;
};

struct HttpRequest {
  std::string method = "GET";
  Url url;
  std::vector<HttpHeader> headers;  // without Host and Content-Length: the Transport adds them
  Secret body;
  ProxyUse proxy = ProxyUse::from_environment;
  std::size_t max_body_bytes = 1024 * 1024;  // of the response; more is Code::response_too_large
  Milliseconds connect_timeout{10'000};      // TCP and TLS together, per connection attempt
  // Send at most once: no second try on a fresh connection when a kept-alive one turns out dead.
  bool idempotent = true;
  // Connections are shared only by requests of the same trust.
  TlsTrust trust{};

  void add_header(std::string name, std::string_view value) {
    headers.push_back({std::move(name), Secret{value}});
  }
  [[nodiscard]] HttpRequest clone() const;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // as received, in order
  Secret body;

  // The first header of that name, ignoring case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  // All headers of that name, in order (WWW-Authenticate may come several times).
  [[nodiscard]] std::vector<std::string_view> all_headers(std::string_view name) const;
};

// Implementations are thread-safe: several threads send at once, each on a connection of its own.
class Transport {
 public:
  virtual ~Transport() = default;

  // Any complete HTTP response is a value, whatever its status; redirects are never followed.
  // Errors: the network codes of base/code.hpp; Code::deadline when `deadline` cut it short.
  virtual Result<HttpResponse> send(const HttpRequest& request, const Deadline& deadline) = 0;

  // Opens up to `count` connections to the origin of `url` in the background, so that they are
  // ready when the first request has its token. Failures are silent here: send() reports them.
  virtual void preconnect(const Url& url, std::size_t count, const Deadline& deadline) = 0;
};

}  // namespace kvlaunch
