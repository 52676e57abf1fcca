// The accepting thread.
#include "devvault/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "devvault/authorities.hpp"
#include "devvault/listening.hpp"

namespace devvault {
namespace {

// Over it new clients wait in the socket's queue until others have gone.
constexpr std::size_t max_guests = 512;
// How long to leave the queue alone when there is no room, no descriptor or no thread for a guest.
constexpr Milliseconds full_house_pause{20};

}  // namespace

Server::Server(Services services, const Config& config, CertificateAuthority& authority,
               Journal& journal, const kvlaunch::Clock& clock, ProxyRules rules)
    : reception_(services, config, journal, clock, stop_),
      azure_tls_(authority, services.is_azure_host),
      proxy_tls_(authority, is_loopback_host),
      rules_(std::move(rules)) {}

Server::~Server() {
  stop();
}

void Server::add(kvlaunch::Descriptor listening, Entrance entrance) {
  doors_.push_back({std::move(listening), entrance});
}

Server::Node::Node(std::unique_ptr<CertificateAuthority> vouching, const std::string& name)
    : authority(std::move(vouching)),
      server(*authority,
             [name](const std::string& asked) { return asked == name || is_loopback_host(asked); }),
      tls{server, name} {}

void Server::add_node_tls(kvlaunch::Descriptor listening,
                          std::unique_ptr<CertificateAuthority> authority,
                          const std::string& name) {
  const Node& node = nodes_.emplace_back(std::move(authority), name);
  doors_.push_back({std::move(listening), Entrance::node_tls, &node.tls});
}

kvlaunch::Result<void> Server::start() {
  auto thread = kvlaunch::Thread::start([this] { accept_guests(); });
  if (!thread) {
    return kvlaunch::Error{.code = kvlaunch::Code::internal, .message = "cannot start a thread"};
  }
  accepting_.emplace(std::move(*thread));
  return {};
}

void Server::stop() {
  stop_.raise();
  accepting_.reset();
  guests_.clear();  // joins
}

void Server::accept_guests() {
  while (!stop_.raised()) {
    forget_gone_guests();
    if (guests_.size() >= max_guests) {
      pause_accepting();
      continue;
    }
    std::vector<pollfd> watched{{stop_.descriptor(), POLLIN, 0}};
    for (const Door& door : doors_) watched.push_back({door.listening.get(), POLLIN, 0});
    if (poll(watched.data(), watched.size(), -1) <= 0) continue;
    for (std::size_t index = 0; index < doors_.size(); ++index) {
      if (watched[index + 1].revents != 0) admit(doors_[index]);
    }
  }
}

void Server::admit(const Door& door) {
  kvlaunch::Descriptor socket{accept4(door.listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  if (!socket.valid()) {
    // Out of descriptors or memory: polling again at once would spin.
    if (errno != EAGAIN && errno != ECONNABORTED) pause_accepting();
    return;
  }
  // Answers are one write each: waiting for more to send would only cost time.
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Guest& guest = guests_.emplace_back();
  Visit visit{
      {reception_, azure_tls_, proxy_tls_, rules_}, ++guest_count_, is_loopback_peer(socket)};
  const auto shared = std::make_shared<kvlaunch::Descriptor>(std::move(socket));
  const Entrance entrance = door.entrance;
  const NodeTls* const node = door.node;
  auto thread = kvlaunch::Thread::start([visit, shared, entrance, node, &guest]() mutable {
    try {
      visit.run(std::move(*shared), entrance, node);
    } catch (const std::bad_alloc&) {
      // This guest alone goes without an answer.
    }
    guest.gone = true;
  });
  if (thread) {
    guest.thread.emplace(std::move(*thread));
  } else {
    guests_.pop_back();
  }
}

void Server::pause_accepting() {
  // Cut short by a stop, which the loop then sees.
  [[maybe_unused]] const bool slept = stop_.sleep(full_house_pause);
}

void Server::forget_gone_guests() {
  guests_.remove_if([](const Guest& guest) { return guest.gone.load(); });
}

}  // namespace devvault
