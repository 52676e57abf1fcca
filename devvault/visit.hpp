// One client connection from its first byte to its last: proxy, TLS, requests.
#pragma once

#include <cstdint>
#include <string>

#include "devvault/http_reader.hpp"
#include "devvault/reception.hpp"
#include "devvault/request_target.hpp"
#include "devvault/stream.hpp"
#include "devvault/tls.hpp"

namespace devvault {

// What a listening socket speaks.
enum class Entrance {
  proxy,      // plain: proxy requests, the managed identity endpoints, control
  tls_proxy,  // proxy requests within TLS
  azure_tls,  // TLS by SNI, no proxy: as if it were Azure itself
  node_tls,   // TLS of one node's endpoint, with a certificate of its own
};

// An endpoint that no authority of Azure vouches for.
struct NodeTls {
  TlsServer& server;
  std::string name;  // without SNI its certificate is for this one
};

enum class OtherHosts { refuse, forward };

struct ProxyRules {
  OtherHosts other_hosts = OtherHosts::refuse;
  std::string authorization;  // "Basic ..." that every proxy request must bring; empty: none
};

enum class RequestPart { head, body };

// What all visits share; everything outlives them. Thread-safe.
struct House {
  Reception& reception;
  TlsServer& azure_tls;
  TlsServer& proxy_tls;
  const ProxyRules& rules;
};

class Visit {
 public:
  Visit(House house, std::uint64_t number, bool peer_is_local)
      : house_(house), number_(number), peer_is_local_(peer_is_local) {}

  // Returns when the connection has ended. `node` is there for Entrance::node_tls.
  void run(kvlaunch::Descriptor socket, Entrance entrance, const NodeTls* node = nullptr);

 private:
  void serve_azure(Stream& stream, std::string_view scheme);
  void serve_proxy(Stream& stream, Entrance entrance);
  bool serve_local(const RequestHead& head, std::string body, Stream& stream);
  bool serve_absolute(const RequestHead& head, std::string body, Stream& stream);
  void serve_connect(const RequestHead& head, std::string rest, Stream& stream);
  // False when the connection has to end; the client has been told why, if it can be told.
  bool is_complete(ReadOutcome outcome, RequestPart part, Stream& stream);
  [[nodiscard]] bool may_use_proxy(const RequestHead& head) const;
  // All refusals end the connection and return false.
  bool refuse(Stream& stream, int status, const std::string& text,
              std::vector<std::pair<std::string, std::string>> headers = {});
  bool refuse_proxy_use(const Request& request, Stream& stream);
  bool refuse_vault(const Request& request, Stream& stream);
  bool refuse_host(const Request& request, Stream& stream);
  void note(const Request& request, int status);

  House house_;
  std::uint64_t number_;
  bool peer_is_local_;
};

}  // namespace devvault
