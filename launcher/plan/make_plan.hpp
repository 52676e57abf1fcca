// Deciding what to fetch and what to deliver. Pure: the same inputs give the same plan.
#pragma once

#include "launcher/base/environment.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/plan/settings.hpp"

namespace kvlaunch {

// `inherited` is what kvlaunch was started with (identities and clouds are decided by it), `base`
// the scrubbed environment that the target gets (what is inherited, guarded and preserved is
// decided by it). All problems are returned together.
Result<Plan> make_plan(const Manifest& manifest, const Settings& settings,
                       const Environment& inherited, const Environment& base);

// The identity that `token` uses: a Plan with that one identity and nothing else.
Result<Plan> make_identity_plan(const Manifest& manifest, const Settings& settings,
                                const Environment& inherited);

}  // namespace kvlaunch
