// What comes back from a vault, typed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "launcher/base/clock.hpp"
#include "launcher/base/error.hpp"
#include "launcher/base/secret.hpp"

namespace kvlaunch {

// What came back for one Fetch. Missing, deleted and (where some use allows it) expired are
// outcomes, not errors: whether a use forgives them is for its binding to say.
struct FetchedSecret {
  enum class State { present, expired, missing, deleted, failed };
  State state = State::present;
  Secret value;         // present or expired
  std::string version;  // of the answer
  std::string content_type;
  std::optional<WallTime> expires;
  std::optional<WallTime> not_before;
  bool backs_certificate = false;
  Error
      problem;  // unless present or failed: the error to report for a use that does not forgive it
};

// `attributes` of a secret; what the service leaves out is absent, `enabled` then true.
struct SecretAttributes {
  bool enabled = true;
  std::optional<WallTime> created, expires, not_before;
};

// One entry of a list of secrets, or of a list of versions.
struct SecretItem {
  std::string name;
  std::string version;  // empty in a list of secrets
  SecretAttributes attributes;
  std::map<std::string, std::string> tags;
  bool backs_certificate = false;
};

// One line of `secrets/NAME/versions`, for --online.
struct VersionSummary {
  std::string version;
  bool enabled = true;
  std::optional<WallTime> created, expires, not_before;
};

}  // namespace kvlaunch
