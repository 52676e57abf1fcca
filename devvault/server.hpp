// Accepting connections, one thread for each.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "devvault/certificate_authority.hpp"
#include "devvault/reception.hpp"
#include "devvault/stop.hpp"
#include "devvault/tls.hpp"
#include "devvault/visit.hpp"
#include "launcher/base/descriptor.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/thread.hpp"

namespace devvault {

// Everything handed to the constructor outlives the server.
class Server {
 public:
  Server(Services services, const Config& config, CertificateAuthority& authority, Journal& journal,
         const kvlaunch::Clock& clock, ProxyRules rules);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before start(). Clients that connect in between wait in the socket's queue.
  void add(kvlaunch::Descriptor listening, Entrance entrance);
  // TLS with the certificates of `authority`, for `name` and, with a certificate of its own, every
  // name of loopback.
  void add_node_tls(kvlaunch::Descriptor listening, std::unique_ptr<CertificateAuthority> authority,
                    const std::string& name);
  kvlaunch::Result<void> start();
  // Ends every connection, faults that wait included, and returns when all threads have.
  void stop();

 private:
  struct Node {
    std::unique_ptr<CertificateAuthority> authority;
    TlsServer server;
    NodeTls tls;
    Node(std::unique_ptr<CertificateAuthority> vouching, const std::string& name);
  };
  struct Door {
    kvlaunch::Descriptor listening;
    Entrance entrance;
    const NodeTls* node = nullptr;  // in nodes_
  };
  struct Guest {
    std::optional<kvlaunch::Thread> thread;
    std::atomic<bool> gone = false;
  };

  void accept_guests();
  void admit(const Door& door);
  void forget_gone_guests();
  void pause_accepting();

  Stop stop_;
  Reception reception_;
  TlsServer azure_tls_;
  TlsServer proxy_tls_;
  ProxyRules rules_;
  std::list<Node> nodes_;
  std::vector<Door> doors_;
  std::list<Guest> guests_;  // of the accepting thread; emptied by stop() after it has ended
  std::uint64_t guest_count_ = 0;
  std::optional<kvlaunch::Thread> accepting_;
};

}  // namespace devvault
