// Everything outside the process that kvlaunch touches while it resolves, handed down explicitly.
// Built once in main (or by a test, with fakes); the references outlive every user.
#pragma once

#include "launcher/base/clock.hpp"
#include "launcher/base/command.hpp"
#include "launcher/base/environment.hpp"
#include "launcher/base/files.hpp"
#include "launcher/base/http.hpp"
#include "launcher/base/log.hpp"
#include "launcher/base/loopback.hpp"
#include "launcher/base/negotiation.hpp"
#include "launcher/base/randomness.hpp"
#include "launcher/base/terminal.hpp"

namespace kvlaunch {

struct World {
  Clock& clock;
  Randomness& randomness;
  Transport& transport;
  Files& files;
  CommandRunner& commands;
  const Environment& environment;  // as inherited, before scrubbing
  Log& log;
  Terminal& terminal;
  Loopback& loopback;
  Negotiator* negotiator = nullptr;  // nullptr: this program cannot use Kerberos
};

}  // namespace kvlaunch
