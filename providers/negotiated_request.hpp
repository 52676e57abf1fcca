// HTTP's scheme Negotiate (RFC 4559): sending a request as the current user.
#pragma once

#include "launcher/base/world.hpp"

namespace kvlaunch {

// Sends `request` without proof first, and answers the server's 401 with tokens of `negotiator`,
// in few rounds on one kept connection. Any answer but a 401 is a value, whatever its status, once
// the server has proved who it is too. Errors: those of the network and of Negotiator;
// identity_configuration when the server offers no Negotiate, identity_refused when it does not
// accept the proof.
Result<HttpResponse> send_negotiated(World& world, Negotiator& negotiator,
                                     const HttpRequest& request, const Deadline& deadline);

}  // namespace kvlaunch
