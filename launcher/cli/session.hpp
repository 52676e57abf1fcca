// What main builds and the commands share.
#pragma once

#include <functional>
#include <memory>

#include "launcher/base/world.hpp"
#include "launcher/cli/invocation.hpp"
#include "launcher/cli/report.hpp"
#include "launcher/plan/settings.hpp"
#include "launcher/process/inherited.hpp"

namespace kvlaunch {

// Commands that need the network call `connect`, because the transport depends on settings that
// only the loaded manifest knows (ca-file).
struct Session {
  const Invocation& invocation;
  const InheritedState& inherited;
  const Environment& environment;
  Clock& clock;
  Randomness& randomness;
  Files& files;
  Files& manifest_files;  // each read once, however often a manifest is loaded
  CommandRunner& commands;
  Negotiator& negotiator;
  Report& report;
  Loopback& loopback;
  Owner owner;
  SteadyTime started;
  std::function<std::unique_ptr<Transport>(const Settings&)> connect;

  [[nodiscard]] World world(Transport& transport) const {
    return World{clock,       randomness, transport, files,    commands,
                 environment, report,     report,    loopback, &negotiator};
  }
  // Counts from the start of the process: reading the manifest is part of it.
  [[nodiscard]] Deadline deadline(Milliseconds timeout) const {
    return Deadline{started + timeout};
  }
};

}  // namespace kvlaunch
