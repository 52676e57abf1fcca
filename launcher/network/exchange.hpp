// One request and its response on an open connection (RFC 9110, RFC 9112).
#pragma once

#include "launcher/base/http.hpp"
#include "launcher/network/connection.hpp"

namespace kvlaunch::network {

struct Exchanged {
  HttpResponse response;
  bool reusable = false;  // the connection can take another request
};

// The request goes out in one write, head and body together; bodies arrive straight in a Secret.
// Errors: Code::connection_lost (also for a body that ends before its announced length),
// response_too_large, response_malformed, deadline; Code::internal for a request that cannot be
// written (a line break in a header). Nothing of a body or a header value is ever in an error.
Result<Exchanged> exchange(Connection& connection, const HttpRequest& request);

}  // namespace kvlaunch::network
