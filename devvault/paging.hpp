// Lists in pages: maxresults, nextLink and its $skiptoken.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "devvault/exchange.hpp"

namespace devvault {

// The page that `request` asks for. `items`: sort key and JSON text, in the order of the keys.
// 400 for a maxresults outside 1..25 (the service's limit and default) and a foreign $skiptoken.
//
// nextLink is absolute and names the port even where it is 443, as the service's does; its token
// holds the key of the last item served, so items added or removed meanwhile do no harm.
Response page_of(const Request& request,
                 const std::vector<std::pair<std::string, std::string>>& items);

}  // namespace devvault
