// Splitting argv by the option table.
#include "launcher/cli/option_words.hpp"

#include <algorithm>

#include "launcher/base/nearest.hpp"
#include "launcher/cli/option_table.hpp"
#include "launcher/cli/usage_error.hpp"

namespace kvlaunch {
namespace {

bool takes_value(const OptionRow& option) {
  return option.kind == OptionKind::value || option.kind == OptionKind::repeatable;
}

const OptionRow* option_named(std::string_view name) {
  const auto row = std::find_if(option_table.begin(), option_table.end(),
                                [&](const auto& option) { return option.name == name; });
  return row == option_table.end() ? nullptr : &*row;
}

const OptionRow* option_of(char letter) {
  const auto row = std::find_if(option_table.begin(), option_table.end(), [&](const auto& option) {
    return option.letter != 0 && option.letter == letter;
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

Error needs_value(const std::string& word, const OptionRow& option) {
  return usage_error(word + " needs a value",
                     "write " + word + (option.name == "env" ? " NAME=VALUE" : " VALUE"));
}

// The option of a word whose value, if it takes one, stands in the next word; nothing if the word
// is whole. Of -ve the last letter counts, of -eNAME=VALUE none.
Result<const OptionRow*> open_option(const std::string& word) {
  const OptionRow* none = nullptr;
  if (word.starts_with("--")) {
    const auto end = word.find('=');
    const OptionRow* option = option_named(std::string_view{word}.substr(2, end - 2));
    if (option == nullptr) return unknown_option(word);
    // An empty connection string says that none counts, whatever the variables hold.
    const bool may_be_empty = option->name == "connection-string";
    if (takes_value(*option) && end + 1 == word.size() && !may_be_empty) {
      return needs_value(word.substr(0, end), *option);
    }
    return end == std::string::npos && takes_value(*option) ? option : none;
  }
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (i > 1 && word[i] == '=') {
      return usage_error(word.substr(0, i) + " takes no value behind '='", "leave it out");
    }
    const OptionRow* option = option_of(word[i]);
    if (option == nullptr) return unknown_option(i == 1 ? word : std::string{"-"} + word[i]);
    if (takes_value(*option)) return i + 1 == word.size() ? option : none;
  }
  return none;
}

}  // namespace

Result<SplitWords> split_words(const std::vector<std::string>& arguments) {
  SplitWords split;
  std::size_t i = 0;
  if (!arguments.empty() && command_named(arguments[0]) != nullptr) {
    split.command = arguments[0];
    i = 1;
    // A later version's: nobody knows its options yet.
    if (!command_named(split.command)->command) return split;
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
    const auto open = open_option(word);
    if (!open) return open.errors();
    split.options.push_back(word);
    if (*open == nullptr) continue;
    if (i + 1 == arguments.size()) return needs_value(word, **open);
    split.options.push_back(arguments[++i]);
  }
  split.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  // get and check take words and, behind `--`, a target: `check x` is caught by the caller.
  return split;
}

}  // namespace kvlaunch
