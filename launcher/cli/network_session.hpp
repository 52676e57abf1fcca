// The part of a start that needs the network: identities and fetches over one transport.
#pragma once

#include <memory>
#include <vector>

#include "launcher/base/world.hpp"
#include "launcher/cli/session.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/resolve/online.hpp"
#include "launcher/resolve/resolver.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// One TokenSource for each of Plan::identities, in order. They refer to `world`.
// `owner`: who may have written the files of credentials.
using TokenSources = std::vector<std::unique_ptr<TokenSource>>;
Result<TokenSources> make_token_sources(const Plan& plan, const Owner& owner, World& world);

// What of proxy and authorities would keep every start of this plan from its vaults. Offline.
Errors problems_with_network(const Session& session, const Plan& plan, const Settings& settings);

// Everything the plan needs, with what failed of it: deliver() looks at the rest all the same;
// nothing to fetch needs no identity and no network.
Result<Resolved> fetch_all(const Plan& plan, const Owner& owner, World& world,
                           const Deadline& deadline);

// What the vaults say of the plan, without a value being read.
Result<OnlineReport> look_online(const Plan& plan, const Owner& owner, World& world,
                                 const Deadline& deadline);

}  // namespace kvlaunch
