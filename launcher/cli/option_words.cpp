// Splitting argv by the option table.
#include "launcher/cli/option_words.hpp"

#include <algorithm>

#include "launcher/base/nearest.hpp"
#include "launcher/cli/option_table.hpp"
#include "launcher/cli/usage_error.hpp"

namespace kvlaunch {
namespace {

const OptionRow* option_of(std::string_view word) {
  const bool is_long = word.starts_with("--");
  const auto name = is_long ? word.substr(2, word.find('=') - 2) : word.substr(1, 1);
  const auto row = std::find_if(option_table.begin(), option_table.end(), [&](const auto& option) {
    return is_long ? option.name == name : option.letter != 0 && option.letter == name.front();
  });
  return row == option_table.end() ? nullptr : &*row;
}

Error unknown_option(std::string_view word) {
  const std::string name{word.substr(0, word.find('='))};
  std::vector<std::string_view> known;
  for (const auto& option : option_table) known.push_back(option.name);
  // A word of dashes alone has no name to compare.
  const auto begin = std::min(name.find_first_not_of('-'), name.size());
  const auto near = nearest(name.substr(begin), known);
  return usage_error("there is no option " + name,
                     near.empty()
                         ? "kvlaunch help lists them; options of the target come after COMMAND"
                         : "did you mean --" + std::string{near} + "?");
}

// Does the value of this option stand in the next word?
bool takes_next_word(const OptionRow& option, std::string_view word) {
  if (option.kind != OptionKind::value && option.kind != OptionKind::repeatable) return false;
  return word.starts_with("--") ? word.find('=') == std::string_view::npos : word.size() == 2;
}

}  // namespace

Result<SplitWords> split_words(const std::vector<std::string>& arguments) {
  SplitWords split;
  std::size_t i = 0;
  if (!arguments.empty() && command_named(arguments[0]) != nullptr) {
    split.command = arguments[0];
    i = 1;
  }
  for (; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--") {
      split.separator = Separator::present;
      split.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
      return split;
    }
    if (word == "--help" || word == "-h") {
      split.command = "help";
      return split;
    }
    if (word == "--version") {
      split.command = "version";
      return split;
    }
    if (word.size() < 2 || word[0] != '-') break;
    const OptionRow* option = option_of(word);
    if (option == nullptr || word == "-" || word[1] == '=') return unknown_option(word);
    split.options.push_back(word);
    if (!takes_next_word(*option, word)) continue;
    if (i + 1 == arguments.size()) {
      return usage_error(word + " needs a value",
                         "write --" + std::string{option->name} + "=VALUE");
    }
    split.options.push_back(arguments[++i]);
  }
  split.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  // get and check take words and, behind `--`, a target: `check x` is caught by the caller.
  return split;
}

}  // namespace kvlaunch
