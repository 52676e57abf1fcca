// URLs, as strictly as a launcher needs them: the one place that takes one apart (RFC 3986).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "launcher/base/result.hpp"

namespace kvlaunch {

struct Url {
  std::string scheme;      // lower case: "http" or "https"
  std::string host;        // lower case; an IPv6 literal without its brackets
  std::uint16_t port = 0;  // always set: the scheme's default when the text has none
  std::string target;      // path and query as they go on the wire; begins with '/'
  bool explicit_port = false;

  // "host" or "host:port" when the port is not the scheme's own; IPv6 literals in brackets.
  [[nodiscard]] std::string authority() const;
  // "scheme://authority".
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::string text() const { return origin() + target; }
  [[nodiscard]] std::string_view path() const;   // `target` up to the first '?'
  [[nodiscard]] std::string_view query() const;  // after it; empty if none
};

// Refuses: schemes other than http and https, user information, an empty host, a port outside
// 1..65535, white space and control characters. A fragment is dropped (it never goes on the wire).
// The Error has Code::reference_host and no location; callers replace both where they know better.
Result<Url> parse_url(std::string_view text);

// Encodes everything but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);
// Malformed escapes are an error.
Result<std::string> percent_decode(std::string_view text);
// "a=1&b=2" with both sides encoded, in the order given.
using FormFields = std::vector<std::pair<std::string, std::string>>;
std::string form_encode(const FormFields& fields);

// Is `host` equal to `suffix`, or below it with a dot between? Both lower case; `suffix` has no
// leading dot. "evilvault.azure.net" is not below "vault.azure.net".
bool host_is_below(std::string_view host, std::string_view suffix);
// An IPv4 or IPv6 literal (no brackets).
bool is_address_literal(std::string_view host);

std::string to_lower(std::string_view text);  // ASCII only
bool equal_ignoring_case(std::string_view left, std::string_view right);

}  // namespace kvlaunch
