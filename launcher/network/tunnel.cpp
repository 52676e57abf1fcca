// Asking a proxy for a tunnel.
#include "launcher/network/tunnel.hpp"

#include "launcher/network/reader.hpp"
#include "launcher/network/response_head.hpp"

namespace kvlaunch::network {
namespace {

// CONNECT always names the port.
std::string host_and_port(const Url& target) {
  const bool bracketed = target.host.find(':') != std::string::npos;
  const auto host = bracketed ? "[" + target.host + "]" : target.host;
  return host + ":" + std::to_string(target.port);
}

Secret connect_request(const Proxy& proxy, const std::string& where) {
  SecretWriter text{1024};
  text.append("CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\n");
  if (!proxy.authorization.empty()) {
    text.append("Proxy-Authorization: ");
    text.append(proxy.authorization.reveal());
    text.append("\r\n");
  }
  text.append("\r\n");
  return text.take();
}

Error refusal(const Proxy& proxy, const std::string& where, int status) {
  // Privoxy's "No such domain". Behind a proxy nobody here asks a name server.
  if (status == 404) {
    return Error{.code = Code::dns_not_found,
                 .message = proxy.name() + " knows no host " + where + ": status 404",
                 .hint =
                     "check the vault's name (az keyvault list), and that HTTPS_PROXY names a "
                     "proxy",
                 .status = status};
  }
  Error error{
      .code = status >= 500 ? Code::proxy_failure : Code::proxy_refused,
      .message = proxy.name() + " gave no way to " + where + ": status " + std::to_string(status),
      .hint = "ask for " + where + " to be allowed there, or name the host in NO_PROXY",
      .status = status};
  if (status == 407) {
    error.hint = proxy.authorization.empty()
                     ? "it wants a user name and password: HTTPS_PROXY=http://USER:PASSWORD@" +
                           proxy.url.authority()
                     : "check the user name and password in HTTPS_PROXY (only Basic "
                       "authentication is supported)";
  } else if (status >= 500) {
    error.hint = "the proxy could not reach " + where + "; trying again may help";
  }
  return error;
}

Error without_answer(const Proxy& proxy, Error cause) {
  if (cause.code == Code::deadline) return cause;
  return Error{.code = Code::proxy_failure,
               .message = "no tunnel through " + proxy.name() + ": " + cause.message,
               .hint = "check that HTTPS_PROXY names an HTTP proxy and its port"};
}

}  // namespace

Result<void> open_tunnel(Connection& connection, const Proxy& proxy, const Url& target) {
  const auto where = host_and_port(target);
  const auto request = connect_request(proxy, where);
  if (auto written = connection.write(request.reveal()); !written) {
    return without_answer(proxy, written.error());
  }
  Reader reader{connection};
  const auto head = read_head(reader, proxy.name());
  if (!head) return without_answer(proxy, head.error());
  if (head->status < 200 || head->status > 299) return refusal(proxy, where, head->status);
  // A client speaks first under TLS: bytes after the head could only be the proxy's own.
  if (reader.leftover()) {
    return without_answer(proxy, Error{.message = "it sent more than an answer"});
  }
  return {};
}

}  // namespace kvlaunch::network
