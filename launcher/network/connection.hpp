// One connection as a stream of bytes: TCP, TLS over it, or TLS through the TLS of a proxy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/base/result.hpp"
#include "launcher/network/connect.hpp"
#include "launcher/network/openssl_handles.hpp"
#include "launcher/network/patience.hpp"
#include "launcher/network/socket_bio.hpp"
#include "launcher/network/tls_context.hpp"
#include "launcher/network/tls_facts.hpp"

namespace kvlaunch::network {

// Used by one thread at a time. Every operation ends at the deadline of its Patience; after an
// error the connection is good for nothing but destruction, which never blocks.
class Connection {
 public:
  // `peer` names the other side in messages. `bio` outlives the connection.
  Connection(Connected connected, std::string peer, const SocketBio& bio);

  // Puts a layer of TLS on top and shakes hands. `host` is verified and, unless it is an address,
  // sent as SNI; `peer` replaces the name for messages; `trust.server_name` is not looked at.
  // Errors: Code::tls_untrusted, tls_wrong_host, tls_failure, deadline, internal.
  Result<void> start_tls(TlsContext& context, const std::string& host, std::string peer,
                         const TlsTrust& trust);

  // The deadline of all operations from here on: called before each use by whoever uses it next,
  // whose `patience` must live until that use ends.
  void bind(const Patience& patience) { patience_ = &patience; }

  // At least one byte, or 0 when the peer has ended the stream in order (under TLS: with a
  // close_notify, else the end may be an attacker's). Errors: Code::connection_lost, deadline.
  Result<std::size_t> read(std::span<char> into);
  // All of it, in as few segments as it takes. Errors as for read().
  Result<void> write(std::string_view bytes);

  // Can an idle connection still be used, as far as can be told without asking the peer?
  [[nodiscard]] bool looks_alive() const;
  // Bytes that read() has returned so far.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }
  [[nodiscard]] const Address& address() const { return connected_.address; }
  // "TLSv1.3"; empty without TLS.
  [[nodiscard]] std::string tls_version() const;
  // Of the uppermost layer of TLS, once its handshake is done; nothing without TLS.
  [[nodiscard]] std::optional<TlsFacts> tls_facts() const;

 private:
  enum class Direction { reading, writing };
  // After an operation on the top layer that made no progress. Ok: try again.
  Result<void> wait(Direction direction);
  Error lost() const;
  Error handshake_error(const Verification& verification, int result);

  // Order matters: destroying the layers sends close_notify through the socket.
  Connected connected_;
  std::string peer_;
  BioHandle top_;
  std::vector<SSL*> tls_;  // owned by the layers below top_; the last one is the uppermost
  const Patience* patience_ = nullptr;
  std::uint64_t received_ = 0;
};

}  // namespace kvlaunch::network
