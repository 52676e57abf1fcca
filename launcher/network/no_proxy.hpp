// NO_PROXY: which hosts are reached without the proxy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/base/url.hpp"

namespace kvlaunch::network {

// `list` has entries with commas or blanks between. An entry matches
//   *                    every host
//   example.com          that name and all below it; .example.com and *.example.com mean the same
//   192.0.2.1, 2001:db8::1, [2001:db8::1]
//                        that address, however it is spelled
//   192.0.2.0/24, 2001:db8::/32
//                        addresses in that block; only literals, names are not looked up
// and each but the block may end in :PORT (an IPv6 address then needs its brackets). Letter case
// and one trailing dot mean nothing. An entry that is none of these matches nothing.
// There is no standard; this is the union of what curl and Go's httpproxy understand (a leading dot
// as curl and Python have it).
bool no_proxy_matches(std::string_view list, const Url& url);

// The same, saying which entry it is (in lower case): for people who wonder.
std::optional<std::string> matching_no_proxy_entry(std::string_view list, const Url& url);

}  // namespace kvlaunch::network
