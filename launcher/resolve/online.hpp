// check --online and explain --online: does it exist, which version, until when; never a value.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/world.hpp"
#include "launcher/plan/plan.hpp"
#include "providers/provider.hpp"

namespace kvlaunch {

struct OnlineAnswer {
  enum class State {
    exists,
    missing,
    unusable,     // what would be used is disabled, expired, not yet valid, or sets what it may not
    cannot_tell,  // the identity may not list; that is no failure
    failed,
  };
  State state = State::failed;
  std::string text;  // one line for a person
  Errors problems;   // missing, unusable, failed
};

// What a selection would set.
struct OnlineSelection {
  struct Member {
    std::string secret;
    std::string variable;
  };
  OnlineAnswer answer;
  std::vector<Member> members;
  std::vector<std::string> left_out;  // "NAME: disabled"
};

struct OnlineReport {
  std::vector<OnlineAnswer> fetches;        // parallel to Plan::fetches
  std::vector<OnlineSelection> selections;  // parallel to Plan::selections
};

// Asks the lists of versions and of secrets, one after the other (the list permission; the get
// permission is not needed and not used). `identities[i]` serves Plan::identities[i]. A vault that
// does not answer is asked once. The members of a single secret stand in its value: of such a
// selection only the fetch is looked at.
OnlineReport ask_online(const Plan& plan, const std::vector<TokenSource*>& identities, World& world,
                        const Deadline& deadline);

// The problems that some use does not forgive, equal ones put together.
Errors unforgiven(const Plan& plan, const OnlineReport& report);

}  // namespace kvlaunch
