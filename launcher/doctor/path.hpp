// The way to a vault: route, name, addresses, TLS. Judging is apart from looking.
#pragma once

#include "launcher/doctor/finding.hpp"
#include "launcher/network/path_probe.hpp"
#include "launcher/plan/plan.hpp"

namespace kvlaunch::doctor {

struct PathSeen {
  Findings findings;
  bool open = false;  // requests can be sent
};

// Ends by `deadline`. What cannot be looked at after a failure has no finding.
PathSeen examine_path(const VaultEndpoint& vault, network::PathProbe& probe, const Clock& clock,
                      const Deadline& deadline);

Finding judge_route(const VaultEndpoint& vault, const network::RouteSeen& route);
// `host`: the proxy's where one is used, which then looks the vault's name up itself.
Finding judge_name(const VaultEndpoint& vault, const std::string& host,
                   const network::NameAnswer& answer);
Finding judge_connections(const VaultEndpoint& vault,
                          const std::vector<network::ConnectSeen>& attempts);
Finding judge_tls(const VaultEndpoint& vault, const network::TlsFacts& facts,
                  const std::string& authorities, WallTime now);

}  // namespace kvlaunch::doctor
