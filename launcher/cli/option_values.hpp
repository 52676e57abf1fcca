// The raw text of every option, from words and from KVLAUNCH_* variables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "launcher/base/environment.hpp"
#include "launcher/base/result.hpp"
#include "launcher/cli/command_table.hpp"

namespace kvlaunch {

// By option name, a row for each option; empty: not given.
using OptionValues = std::map<std::string, std::vector<std::string>, std::less<>>;

// KVLAUNCH_CLEAN_ENV of clean-env.
std::string variable_of(std::string_view option);

// `words` are options only. Errors: Code::usage, also for options that `command` does not take.
// They repeat no value.
Result<OptionValues> parse_words(const std::vector<std::string>& words, Command command);

// Adds the variables of the options that no word has set. Returns the names of these options.
std::set<std::string, std::less<>> add_variables(OptionValues& values,
                                                 const Environment& environment);

// A line for each KVLAUNCH_ variable that sets nothing, with the nearest one that does.
void warn_of_unknown_variables(const Environment& environment, std::vector<std::string>& warnings);

}  // namespace kvlaunch
