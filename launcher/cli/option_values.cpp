// CLI11 for the words, the option table for the variables.
#include "launcher/cli/option_values.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "launcher/base/nearest.hpp"
#include "launcher/cli/option_table.hpp"
#include "launcher/cli/usage_error.hpp"

namespace kvlaunch {
namespace {

// Kubernetes makes such variables for a service that is called kvlaunch.
bool is_service_link(std::string_view name) {
  return name.ends_with("_PORT") || name.find("_PORT_") != std::string_view::npos ||
         name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string_view::npos;
}

// An option that is taken and does nothing would be trusted: --dry-run, for one.
Error not_taken(const OptionRow& row, Command command) {
  std::string takers;
  for (const CommandRow& known : command_table) {
    if (!known.command || !has(row.takers, *known.command)) continue;
    takers.append(takers.empty() ? "" : ", ").append(known.name);
  }
  return usage_error(
      "--" + std::string{row.name} + " is no option of kvlaunch " + std::string{name_of(command)},
      "leave it out; it is for kvlaunch " + takers);
}

// CLI11 takes "--x=" for an option whose value is missing; here it is one that is empty.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> split;
  for (const std::string& word : words) {
    const auto name_size = word.find('=') == word.size() - 1 ? word.size() - 1 : std::size_t{0};
    const auto row = std::find_if(option_table.begin(), option_table.end(), [&](const auto& known) {
      return word.substr(0, name_size) == "--" + std::string{known.name};
    });
    const bool takes_one = row != option_table.end() &&
                           (row->kind == OptionKind::value || row->kind == OptionKind::repeatable);
    split.push_back(takes_one ? word.substr(0, name_size) : word);
    if (takes_one) split.emplace_back();
  }
  return split;
}

}  // namespace

std::string variable_of(std::string_view option) {
  std::string name = "KVLAUNCH_" + std::string{option};
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return name;
}

// CLI11 knows the shapes (-mFILE, --x=V, repeated); what a value means is read below.
Result<OptionValues> parse_words(const std::vector<std::string>& words, Command command) {
  OptionValues values;
  CLI::App app;
  app.set_help_flag();
  for (const OptionRow& row : option_table) {
    std::string names = "--" + std::string{row.name};
    if (row.letter != 0) names += std::string{",-"} + row.letter;
    auto& target = values[std::string{row.name}];
    if (row.kind == OptionKind::flag) {
      app.add_flag(names + "{true}", target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else if (row.kind == OptionKind::optional_value) {
      app.add_flag(names + "{*}", target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else {
      auto* option = app.add_option(names, target)->allow_extra_args(false);
      if (row.kind == OptionKind::value) {
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      }
    }
  }
  try {
    const auto split = with_empty_values(words);
    std::vector<std::string> reversed{split.rbegin(), split.rend()};
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError&) {
    // CLI11's own text may repeat a value; ours must not.
    return usage_error("the options cannot be read", "kvlaunch help shows how each is written");
  }
  Errors errors;
  for (const OptionRow& row : option_table) {
    const bool given = !values.find(row.name)->second.empty();
    if (given && !has(row.takers, command)) errors.push_back(not_taken(row, command));
  }
  if (!errors.empty()) return errors;
  return values;
}

std::set<std::string, std::less<>> add_variables(OptionValues& values,
                                                 const Environment& environment) {
  std::set<std::string, std::less<>> added;
  for (const OptionRow& row : option_table) {
    // A connection string stays in its variable: see settle_identity().
    if (!has_variable(row) || row.name == "connection-string") continue;
    auto& target = values[std::string{row.name}];
    const auto value = environment.get_non_empty(variable_of(row.name));
    if (!value || !target.empty()) continue;
    added.emplace(row.name);
    if (row.name == "manifest") {
      std::string_view rest = *value;
      while (!rest.empty()) {
        const auto colon = rest.find(':');
        if (colon != 0) target.emplace_back(rest.substr(0, colon));
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
      }
    } else {
      target.emplace_back(*value);
    }
  }
  return added;
}

void warn_of_unknown_variables(const Environment& environment, std::vector<std::string>& warnings) {
  std::vector<std::string> known;
  for (const OptionRow& row : option_table) {
    if (has_variable(row)) known.push_back(variable_of(row.name));
  }
  const std::vector<std::string_view> candidates{known.begin(), known.end()};
  for (const std::string& entry : environment.entries()) {
    const auto name = Environment::name_of(entry);
    if (!name.starts_with("KVLAUNCH_") || is_service_link(name)) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = nearest(name, candidates);
    warnings.push_back(std::string{name} + " is no variable of kvlaunch" +
                       (near.empty() ? "" : ": did you mean " + std::string{near} + "?"));
  }
}

}  // namespace kvlaunch
