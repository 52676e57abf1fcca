// Serving one connection.
#include "devvault/visit.hpp"

#include "devvault/authorities.hpp"
#include "devvault/control.hpp"
#include "devvault/tunnel.hpp"

namespace devvault {
namespace {

constexpr Milliseconds first_byte_patience{30'000};
constexpr int tls_handshake_byte = 0x16;  // content type handshake, RFC 8446 section 5.1
constexpr std::string_view established = "HTTP/1.1 200 Connection Established\r\n\r\n";

int status_of(ReadOutcome outcome, RequestPart part) {
  switch (outcome) {
    case ReadOutcome::malformed:
      return 400;
    case ReadOutcome::too_large:
      return part == RequestPart::head ? 431 : 413;
    case ReadOutcome::unsupported:
      return 501;
    case ReadOutcome::complete:
    case ReadOutcome::closed:
    case ReadOutcome::incomplete:
      break;
  }
  return 0;
}

After after_of(const RequestHead& head) {
  return keeps_alive(head) ? After::keep_alive : After::close;
}

Request connect_request(const RequestHead& head, const Authority& authority) {
  Request request;
  request.method = head.method;
  request.scheme = "https";
  request.host = authority.host;
  request.port = authority.port;
  request.headers = head.headers;
  return request;
}

}  // namespace

void Visit::run(kvlaunch::Descriptor socket, Entrance entrance, const NodeTls* node) {
  SocketStream stream{std::move(socket), house_.reception.stop()};
  switch (entrance) {
    case Entrance::proxy:
      serve_proxy(stream, entrance);
      stream.finish();
      return;
    case Entrance::tls_proxy:
      if (const auto inner = house_.proxy_tls.accept(stream, "localhost")) {
        serve_proxy(*inner, entrance);
        inner->finish();
      }
      stream.finish();
      return;
    case Entrance::azure_tls:
      if (const auto inner = house_.azure_tls.accept(stream, "localhost")) {
        serve_azure(*inner, "https");
        inner->finish();
      }
      stream.finish();
      return;
    case Entrance::node_tls:
      if (const auto inner = node->server.accept(stream, node->name)) {
        serve_azure(*inner, "https");
        inner->finish();
      }
      stream.finish();
      return;
  }
}

bool Visit::refuse(Stream& stream, int status, const std::string& text,
                   std::vector<std::pair<std::string, std::string>> headers) {
  headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  const Response response{status, std::move(headers), "devvault: " + text + "\n"};
  write_response(stream, response, {}, After::close, house_.reception.clock().wall(),
                 house_.reception.stop());
  return false;
}

bool Visit::is_complete(ReadOutcome outcome, RequestPart part, Stream& stream) {
  const int status = status_of(outcome, part);
  if (status != 0) refuse(stream, status, "this is no HTTP/1.1 request that can be served");
  return outcome == ReadOutcome::complete;
}

void Visit::note(const Request& request, int status) {
  house_.reception.journal().add(
      {house_.reception.clock().wall(), number_, &request, status, {}, {}});
}

void Visit::serve_azure(Stream& stream, std::string_view scheme) {
  HttpReader reader{stream, house_.reception.clock()};
  for (;;) {
    RequestHead head;
    std::string body;
    if (!is_complete(reader.read_head(head), RequestPart::head, stream)) return;
    if (!is_complete(reader.read_body(head, body), RequestPart::body, stream)) return;
    auto request = form_of(head) == TargetForm::absolute ? absolute_request(head)
                                                         : origin_request(head, scheme);
    if (!request || form_of(head) == TargetForm::authority) {
      refuse(stream, 400, "the request's target or Host header is malformed");
      return;
    }
    request->scheme = scheme;
    request->body = std::move(body);
    if (!house_.reception.serve(*request, number_, after_of(head), stream)) return;
  }
}

void Visit::serve_proxy(Stream& stream, Entrance entrance) {
  HttpReader reader{stream, house_.reception.clock()};
  for (;;) {
    RequestHead head;
    std::string body;
    if (!is_complete(reader.read_head(head), RequestPart::head, stream)) return;
    if (form_of(head) == TargetForm::authority) {
      serve_connect(head, reader.take_rest(), stream);
      return;
    }
    if (!is_complete(reader.read_body(head, body), RequestPart::body, stream)) return;
    bool go_on = false;
    if (form_of(head) == TargetForm::absolute) {
      go_on = serve_absolute(head, std::move(body), stream);
    } else if (entrance == Entrance::proxy && form_of(head) == TargetForm::origin) {
      go_on = serve_local(head, std::move(body), stream);
    } else {
      refuse(stream, 400, "this port is a proxy: it takes CONNECT and absolute URLs");
    }
    if (!go_on) return;
  }
}

bool Visit::serve_local(const RequestHead& head, std::string body, Stream& stream) {
  auto request = origin_request(head, "http");
  if (!request) return refuse(stream, 400, "the request's target or Host header is malformed");
  request->body = std::move(body);
  if (!is_control_path(*request)) {
    return house_.reception.serve(*request, number_, after_of(head), stream);
  }
  if (!peer_is_local_) return refuse(stream, 403, "the control endpoint answers on loopback only");
  const Response response = control(*request, house_.reception);
  return write_response(stream, response, {}, after_of(head), house_.reception.clock().wall(),
                        house_.reception.stop()) &&
         keeps_alive(head);
}

bool Visit::serve_absolute(const RequestHead& head, std::string body, Stream& stream) {
  auto request = absolute_request(head);
  if (!request) return refuse(stream, 400, "the request's target is no http or https URL");
  if (!may_use_proxy(head)) return refuse_proxy_use(*request, stream);
  if (request->scheme == "https") {
    return refuse(stream, 400, "https goes through CONNECT");
  }
  request->body = std::move(body);
  if (house_.reception.lacks_vault(request->host)) return refuse_vault(*request, stream);
  if (house_.reception.plays(request->host)) {
    return house_.reception.serve(*request, number_, after_of(head), stream);
  }
  if (house_.rules.other_hosts == OtherHosts::refuse) return refuse_host(*request, stream);
  auto upstream = connect_to({request->host, request->port}, house_.reception.stop());
  note(*request, upstream ? 200 : 502);
  if (!upstream) return refuse(stream, 502, "cannot connect to " + request->host);
  tunnel(stream, std::move(*upstream), forwarded_request(head, *request, request->body),
         house_.reception.stop());
  return false;
}

void Visit::serve_connect(const RequestHead& head, std::string rest, Stream& stream) {
  const auto authority = parse_authority(head.target, 443);
  if (!authority) {
    refuse(stream, 400, "CONNECT takes HOST:PORT");
    return;
  }
  const Request request = connect_request(head, *authority);
  if (!may_use_proxy(head)) {
    refuse_proxy_use(request, stream);
    return;
  }
  if (house_.reception.lacks_vault(authority->host)) {
    refuse_vault(request, stream);
    return;
  }
  if (house_.reception.plays(authority->host)) {
    if (!stream.write(established)) return;
    PrefixedStream inner{std::move(rest), stream};
    const int first = inner.peek(first_byte_patience);
    // Some clients tunnel plain http too (curl --proxytunnel).
    if (first >= 0 && first != tls_handshake_byte) serve_azure(inner, "http");
    if (first != tls_handshake_byte) return;
    if (const auto tls = house_.azure_tls.accept(inner, authority->host)) {
      serve_azure(*tls, "https");
      tls->finish();
    }
    return;
  }
  if (house_.rules.other_hosts == OtherHosts::refuse) {
    refuse_host(request, stream);
    return;
  }
  auto upstream = connect_to(*authority, house_.reception.stop());
  note(request, upstream ? 200 : 502);
  if (!upstream) {
    refuse(stream, 502, "cannot connect to " + authority->host);
    return;
  }
  if (!stream.write(established)) return;
  tunnel(stream, std::move(*upstream), rest, house_.reception.stop());
}

bool Visit::may_use_proxy(const RequestHead& head) const {
  const std::string& wanted = house_.rules.authorization;
  return wanted.empty() || head.header("Proxy-Authorization") == wanted;
}

bool Visit::refuse_proxy_use(const Request& request, Stream& stream) {
  note(request, 407);
  return refuse(stream, 407, "this proxy wants the user and password of --proxy-auth",
                {{"Proxy-Authenticate", "Basic realm=\"devvault\""}});
}

bool Visit::refuse_vault(const Request& request, Stream& stream) {
  note(request, 404);
  return refuse(stream, 404, "there is no vault " + request.host + " in devvault.yaml");
}

bool Visit::refuse_host(const Request& request, Stream& stream) {
  note(request, 403);
  return refuse(
      stream, 403,
      request.host + " is no host of Azure that devvault plays; devvault --forward reaches others");
}

}  // namespace devvault
