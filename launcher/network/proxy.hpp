// Which proxy leads to a URL, by the environment.
#pragma once

#include <optional>
#include <string>

#include "launcher/base/environment.hpp"
#include "launcher/base/http.hpp"

namespace kvlaunch::network {

struct Proxy {
  Url url;               // http or https; no path
  Secret authorization;  // value of Proxy-Authorization; empty: none

  // "proxy proxy.example:3128", for messages.
  [[nodiscard]] std::string name() const { return "proxy " + url.authority(); }
};

// https_proxy or HTTPS_PROXY, no_proxy or NO_PROXY. Of each pair the lower-case one decides if it
// is set at all, so that an empty one switches the other off (as Python's urllib has it). A value
// without scheme is taken for http (as curl has it); without port it is the scheme's own.
// ALL_PROXY and HTTP_PROXY mean nothing here: plain http goes to managed identity endpoints only.
class ProxyRules {
 public:
  explicit ProxyRules(const Environment& environment);

  // What decided, for people who wonder. Names of variables and an entry of NO_PROXY, no values.
  struct Reason {
    std::string proxy_variable;            // empty: none is set
    std::string exception_variable;        // no_proxy or NO_PROXY; empty: none is set
    std::optional<std::string> exception;  // the entry that takes the proxy out of the way
  };
  [[nodiscard]] Reason reason_for(const Url& url) const;

  // Null: none. Never one for http URLs and ProxyUse::never. The pointer is valid as long as this.
  // Error: Code::proxy_configuration (SOCKS, malformed), only where the proxy would be used.
  [[nodiscard]] Result<const Proxy*> proxy_for(const Url& url, ProxyUse use) const;

 private:
  std::optional<Result<Proxy>> proxy_;
  std::string no_proxy_;
  std::string proxy_variable_;
  std::string exception_variable_;
};

}  // namespace kvlaunch::network
