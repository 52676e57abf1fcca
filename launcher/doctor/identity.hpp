// Asking every identity provider by itself, and saying which of them `run` would use.
#pragma once

#include "launcher/base/world.hpp"
#include "launcher/doctor/finding.hpp"
#include "providers/catalogue.hpp"

namespace kvlaunch::doctor {

// A finding for each provider, in the order they are asked; one more, about the identity as a
// whole, where none of those that `run` would ask is there. A provider may take 15 s and what its
// own time-outs allow, all of them together until `deadline`. Problems are only what ends `run`.
Findings examine_identity(const IdentitySpec& spec, const ProviderSettings& settings,
                          const std::string& scope, World& world, const Deadline& deadline);

}  // namespace kvlaunch::doctor
