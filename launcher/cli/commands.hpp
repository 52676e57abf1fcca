// The commands: each ends with an exit code, or (run) with another program in this process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "launcher/base/world.hpp"
#include "launcher/cli/invocation.hpp"
#include "launcher/cli/report.hpp"
#include "launcher/plan/plan.hpp"
#include "launcher/plan/settings.hpp"
#include "launcher/process/inherited.hpp"

namespace kvlaunch {

// What main has that the commands share. Commands that need the network call `connect`, because
// the transport depends on settings that only the loaded manifest knows (ca-file).
struct Session {
  const Invocation& invocation;
  const InheritedState& inherited;
  const Environment& environment;
  Clock& clock;
  Randomness& randomness;
  Files& files;
  CommandRunner& commands;
  Report& report;
  Owner owner;
  SteadyTime started;
  std::function<std::unique_ptr<Transport>(const Settings&)> connect;

  [[nodiscard]] World world(Transport& transport) const {
    return World{clock, randomness, transport, files, commands, environment, report};
  }
  // Counts from the start of the process: reading the manifest is part of it.
  [[nodiscard]] Deadline deadline(Milliseconds timeout) const {
    return Deadline{started + timeout};
  }
};

int run_command(Session& session);
int check_command(Session& session);
int explain_command(Session& session);
int get_command(Session& session);
int token_command(Session& session);

// The table of explain: what is fetched and delivered, never values.
std::string explain_text(const Plan& plan, const std::vector<std::string>& removed);

}  // namespace kvlaunch
