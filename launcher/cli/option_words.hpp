// Where the options end and the command begins.
#pragma once

#include <string>
#include <vector>

#include "launcher/base/result.hpp"

namespace kvlaunch {

enum class Separator { absent, present };

struct SplitWords {
  std::string command;               // "run", ...; empty: the short form, or none at all
  std::vector<std::string> options;  // as typed
  std::vector<std::string> rest;     // from the first word that is no option, or after `--`
  Separator separator = Separator::absent;
};

// Options end at the first word that is neither an option nor the value of one: `run node --watch`
// leaves --watch to node. Errors: Code::usage for options nobody knows, with the nearest one.
Result<SplitWords> split_words(const std::vector<std::string>& arguments);

}  // namespace kvlaunch
