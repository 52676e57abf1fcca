// Endpoints of a node or cluster that have TLS of their own: Service Fabric, AKS identity bindings.
#pragma once

#include "devvault/client_settings.hpp"
#include "devvault/scratch_directory.hpp"
#include "devvault/server.hpp"

namespace devvault {

// Opens those that `identity` (nullptr: none) needs, on loopback, and fills in what clients need to
// know of them.
kvlaunch::Result<void> open_node_endpoints(const Identity* identity, WallTime now, Server& server,
                                           ScratchDirectory& directory, Places& places);

}  // namespace devvault
