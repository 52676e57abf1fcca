// Signing in with the Kerberos ticket of the current user: the real Negotiator.
//
// The Kerberos library reads KRB5CCNAME, KRB5_CONFIG and their like from the process's own
// environment, which kvlaunch never changes.
#pragma once

#include <memory>

#include "launcher/base/negotiation.hpp"

namespace kvlaunch {

// SPNEGO with Kerberos 5 only (never NTLM), mutual authentication, no delegation. The library is
// loaded by the first call. It waits for KDCs as long as it likes, so each step runs in a thread
// that is left behind when the deadline passes.
std::unique_ptr<Negotiator> make_ticket_negotiator();

}  // namespace kvlaunch
