// Proving to a server who the current user is, token by token, as a seam: Kerberos within SPNEGO
// (RFC 4178), as HTTP's scheme Negotiate carries it (RFC 4559).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "launcher/base/clock.hpp"
#include "launcher/base/result.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// One dialogue with one server. Used by one thread.
class Negotiation {
 public:
  virtual ~Negotiation() = default;
  // The next token for the server; `received` is what the server sent, empty at first. An empty
  // token: there is nothing more to send. Errors as Negotiator's.
  virtual Result<Secret> next(std::string_view received, const Deadline& deadline) = 0;
  // Both sides have proved who they are.
  [[nodiscard]] virtual bool complete() const = 0;
};

// Errors: Code::identity_unavailable when there is nothing to prove anything with (no library, no
// ticket, an expired one), identity_temporary when the KDC cannot be reached, identity_refused and
// identity_configuration for what it says, Code::deadline. Each has a hint.
class Negotiator {
 public:
  virtual ~Negotiator() = default;
  // Whose ticket the default credential cache holds: "user@REALM".
  virtual Result<std::string> principal(const Deadline& deadline) = 0;
  // With the service HTTP at `host`. Touches nothing yet.
  virtual std::unique_ptr<Negotiation> begin(const std::string& host) = 0;
};

}  // namespace kvlaunch
