// What is examined: the manifest's plan, the default vault, one secret more.
#pragma once

#include <optional>
#include <string>

#include "launcher/doctor/finding.hpp"
#include "launcher/plan/make_plan.hpp"

namespace kvlaunch::doctor {

struct ExaminationPlan {
  Plan plan;
  std::optional<std::size_t> fetch;  // of the secret asked for
  Findings findings;                 // what is wrong with the manifest
};

// The plan of make_plan() with the default vault in it even where nothing refers to it, with
// `secret` (a name or a reference; empty: none), and at least one identity. What cannot be planned
// becomes a finding, and the rest is examined all the same.
ExaminationPlan plan_examination(const Manifest& manifest, const Settings& settings,
                                 const Environment& inherited, const Environment& base,
                                 const std::string& secret);

// Each error as a finding about its place.
Findings manifest_findings(const Errors& errors);

}  // namespace kvlaunch::doctor
