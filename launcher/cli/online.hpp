// check --online and explain --online: does it exist, which version, until when; never a value.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/world.hpp"
#include "launcher/plan/plan.hpp"

namespace kvlaunch {

struct OnlineAnswer {
  enum class State {
    exists,
    missing,
    unusable,     // the version that would be used is disabled, expired or not yet valid
    cannot_tell,  // the identity may not list; that is no failure
    failed,
  };
  State state = State::failed;
  std::string text;  // one line for a person
  Error problem;     // missing, unusable, failed
};

// One answer for each of Plan::fetches, asked one after the other by the versions list (the list
// permission; the get permission is not needed and not used).
Result<std::vector<OnlineAnswer>> ask_online(const Plan& plan, const Owner& owner, World& world,
                                             const Deadline& deadline);

// The problems of those answers that some use does not forgive.
Errors unforgiven(const Plan& plan, const std::vector<OnlineAnswer>& answers);

}  // namespace kvlaunch
