// MsiRetryTimeout: how long a managed identity may be asked for, retries included.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "launcher/base/world.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

// `credential` with a bound of its own below the deadline; itself where there is no limit.
std::unique_ptr<Credential> with_retry_limit(std::unique_ptr<Credential> credential,
                                             std::optional<std::chrono::seconds> limit,
                                             World& world);

}  // namespace kvlaunch
