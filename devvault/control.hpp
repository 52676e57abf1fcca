// The control endpoint: faults and the journal at run time, for tests in any language.
//
//   POST   /devvault/faults    add rules (YAML or JSON)
//   DELETE /devvault/faults    remove all, those of devvault.yaml too
//   GET    /devvault/journal   the journal so far, one JSON object a line
//   DELETE /devvault/journal   begin anew
#pragma once

#include "devvault/exchange.hpp"
#include "devvault/reception.hpp"

namespace devvault {

bool is_control_path(const Request& request);

// The caller has made sure that the peer is on this machine. A Host header that names anything but
// loopback is refused: a web page could have its own name resolve to 127.0.0.1.
Response control(const Request& request, Reception& reception);

}  // namespace devvault
