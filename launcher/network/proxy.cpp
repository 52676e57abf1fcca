// Reading HTTPS_PROXY and NO_PROXY.
#include "launcher/network/proxy.hpp"

#include <algorithm>
#include <string_view>

#include "launcher/base/base64.hpp"
#include "launcher/network/no_proxy.hpp"

namespace kvlaunch::network {
namespace {

// The message never repeats the value: it may hold a password.
Error bad_proxy(std::string_view variable, std::string_view why) {
  return Error{.code = Code::proxy_configuration,
               .message = std::string{variable} + " cannot be used: " + std::string{why},
               .hint =
                   "it looks like http://proxy.example:3128 or http://USER:PASSWORD@proxy.example:"
                   "3128, with special characters of the password percent-encoded"};
}

// "user:password", percent-encoded, to "Basic ..." (RFC 7617). The password's plain copies here
// are those of the environment block it came from, which lives as long as the process.
Result<Secret> basic_authorization(std::string_view variable, std::string_view user_information) {
  const auto colon = user_information.find(':');
  const auto user = percent_decode(user_information.substr(0, colon));
  const auto password = colon == std::string_view::npos
                            ? Result<std::string>{std::string{}}
                            : percent_decode(user_information.substr(colon + 1));
  if (!user || !password) return bad_proxy(variable, "a '%' without two hex digits after it");
  if (user->find(':') != std::string::npos) return bad_proxy(variable, "a ':' in the user name");
  const std::string credentials = *user + ":" + *password;
  const bool control = std::any_of(credentials.begin(), credentials.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (control) return bad_proxy(variable, "a control character in user name or password");
  SecretWriter value;
  value.append("Basic ");
  value.append(base64_encode_secret(credentials, Base64::standard).reveal());
  return value.take();
}

Result<Proxy> parse_proxy(std::string_view variable, std::string_view text) {
  std::string scheme = "http";
  if (const auto colon = text.find("://"); colon != std::string_view::npos) {
    scheme = to_lower(text.substr(0, colon));
    text.remove_prefix(colon + 3);
  }
  if (scheme.starts_with("socks")) return bad_proxy(variable, "SOCKS proxies are not supported");
  if (scheme != "http" && scheme != "https") {
    return bad_proxy(variable, "its scheme is neither http nor https");
  }
  Proxy proxy;
  // The last one: a password may hold an unencoded '@', a host cannot.
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    auto authorization = basic_authorization(variable, text.substr(0, at));
    if (!authorization) return std::move(authorization).errors();
    proxy.authorization = std::move(*authorization);
    text.remove_prefix(at + 1);
  }
  auto url = parse_url(scheme + "://" + std::string{text});
  // parse_url's reason quotes nothing of its text.
  if (!url) return bad_proxy(variable, url.error().message);
  if (url->target != "/") return bad_proxy(variable, "it has a path");
  proxy.url = std::move(*url);
  return proxy;
}

struct Variable {
  std::string_view name;
  std::string_view value;
};

// The lower-case one of a pair, if it is set at all.
std::optional<Variable> one_of(const Environment& environment, std::string_view lower,
                               std::string_view upper) {
  for (const auto name : {lower, upper}) {
    if (const auto value = environment.get(name)) return Variable{name, *value};
  }
  return std::nullopt;
}

}  // namespace

ProxyRules::ProxyRules(const Environment& environment) {
  const auto proxy = one_of(environment, "https_proxy", "HTTPS_PROXY");
  if (proxy && !proxy->value.empty()) {
    proxy_ = parse_proxy(proxy->name, proxy->value);
    proxy_variable_ = proxy->name;
  }
  const auto exceptions = one_of(environment, "no_proxy", "NO_PROXY");
  if (exceptions) {
    no_proxy_ = exceptions->value;
    exception_variable_ = exceptions->name;
  }
}

ProxyRules::Reason ProxyRules::reason_for(const Url& url) const {
  return {proxy_variable_, exception_variable_, matching_no_proxy_entry(no_proxy_, url)};
}

Result<const Proxy*> ProxyRules::proxy_for(const Url& url, ProxyUse use) const {
  const Proxy* none = nullptr;
  if (!proxy_ || use == ProxyUse::never || url.scheme != "https") return none;
  if (no_proxy_matches(no_proxy_, url)) return none;
  if (!*proxy_) return proxy_->errors();
  return &**proxy_;
}

}  // namespace kvlaunch::network
