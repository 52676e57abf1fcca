// All services of the stand-in together, with the state they share (tokens, rotations, clock).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "devvault/arc_key_files.hpp"
#include "devvault/config.hpp"
#include "devvault/exchange.hpp"
#include "devvault/signing_key.hpp"
#include "devvault/ticket_acceptor.hpp"

namespace devvault {

// Thread-safe. Signs tokens with a key of its own, unless one is given (making one takes time).
class Azure {
 public:
  // Kerberos tickets are checked by the library of this machine, unless an acceptor is given.
  Azure(Config config, Now now, SigningKey key = make_signing_key(),
        std::unique_ptr<TicketAcceptor> acceptor = make_ticket_acceptor());
  ~Azure();

  // Every request gets an answer: an unknown host or path is a 404 that says what is served.
  Response answer(const Request& request);

  // The names TLS is terminated for: the clouds' login, vault and management hosts.
  [[nodiscard]] bool is_azure_host(const std::string& host) const;

  // Secrets of the managed identity endpoints (IDENTITY_HEADER, MSI_SECRET), random per start.
  [[nodiscard]] std::string identity_header() const;
  // What a job shows the CI systems' endpoints (ACTIONS_ID_TOKEN_REQUEST_TOKEN,
  // SYSTEM_ACCESSTOKEN).
  [[nodiscard]] std::string job_token() const;
  // A signed JWT that the token endpoint takes as federated assertion of this identity.
  [[nodiscard]] std::string federated_assertion(const std::string& identity) const;
  // Where the agent of Azure Arc leaves its keys; to be prepared before it is asked.
  ArcKeyFiles& arc_key_files();
  [[nodiscard]] const Config& config() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace devvault
