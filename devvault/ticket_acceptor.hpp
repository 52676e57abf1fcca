// The server's side of Negotiate: whose Kerberos ticket is it?
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace devvault {

struct AcceptedTicket {
  std::string principal;  // "worker@CORP.EXAMPLE"; empty: refused
  std::string reply;      // the token that proves the server
  std::string problem;    // why, in the library's words
};

// Thread-safe.
class TicketAcceptor {
 public:
  virtual ~TicketAcceptor() = default;
  // `token` is the client's first and only one: a dialogue of several rounds is not held.
  virtual AcceptedTicket accept(const std::string& keytab, std::string_view token) = 0;
  // Why tickets cannot be checked on this machine; empty if they can.
  virtual std::string unavailable() = 0;
};

// With the GSS-API library of MIT Kerberos, loaded when it is first asked. Replays are not looked
// for, so nothing is written.
std::unique_ptr<TicketAcceptor> make_ticket_acceptor();

}  // namespace devvault
