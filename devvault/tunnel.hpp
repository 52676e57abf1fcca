// With --forward: other hosts are reached untouched, byte for byte.
#pragma once

#include <netdb.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "devvault/http_reader.hpp"
#include "devvault/request_target.hpp"
#include "devvault/stop.hpp"
#include "devvault/stream.hpp"
#include "launcher/base/descriptor.hpp"

namespace devvault {

// As getaddrinfo(3), which it is but for tests.
using Resolver = std::function<int(const char* host, const char* service, const addrinfo* hints,
                                   addrinfo** found)>;

// A connection to the first address of `authority` that answers within 10 s; nothing if none does,
// or when devvault stops. Looking the name up can take longer: as long as the resolver does, within
// a minute.
std::optional<kvlaunch::Descriptor> connect_to(const Authority& authority, const Stop& stop,
                                               const Resolver& resolver = getaddrinfo);

// Carries bytes both ways until the upstream has ended, either breaks, nothing moves for 10
// minutes, or devvault stops. The client ending first is passed on, and the rest of the answer
// still comes. `first` goes to the upstream before anything else.
void tunnel(Stream& client, kvlaunch::Descriptor upstream, std::string_view first,
            const Stop& stop);

// `head` and `body` as an origin server expects them: origin-form, without hop-by-hop fields
// (RFC 9110 section 7.6.1), one request on the connection.
std::string forwarded_request(const RequestHead& head, const Request& request,
                              const std::string& body);

}  // namespace devvault
