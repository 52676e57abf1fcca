// docs/command-line.md against the tables that the program reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "launcher/cli/option_table.hpp"
#include "launcher/cli/option_values.hpp"

namespace kvlaunch {
namespace {

// The cells of each row that begins with `start`, trimmed, without code quotes.
std::vector<std::vector<std::string>> rows_beginning(const std::string& start) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file{KVLAUNCH_SOURCE_DIR "/docs/command-line.md"};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(start)) continue;
    std::vector<std::string> cells;
    for (std::size_t begin = 2, end = 0; end != std::string::npos; begin = end + 3) {
      end = line.find(" | ", begin);
      std::string cell = line.substr(begin, end - begin);
      std::erase(cell, '`');
      cells.push_back(std::move(cell));
      if (end == std::string::npos) break;
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

std::string takers_of(const OptionRow& option) {
  std::string takers;
  for (const CommandRow& row : command_table) {
    if (!row.command || !has(option.takers, *row.command)) continue;
    takers.append(takers.empty() ? "" : ", ").append(row.name);
  }
  return takers;
}

TEST(CommandLinePage, has_each_option_with_its_letter_variable_and_commands) {
  std::map<std::string, std::vector<std::string>> documented;
  for (const auto& cells : rows_beginning("| `--")) {
    const std::string name = cells[0].substr(2, cells[0].find_first_of(" [") - 2);
    documented[name] = {cells.at(1), cells.at(2), cells.at(3)};
  }
  std::map<std::string, std::vector<std::string>> expected;
  for (const OptionRow& row : option_table) {
    if (row.availability == Availability::later) continue;
    expected[std::string{row.name}] = {row.letter == 0 ? "none" : std::string{"-"} + row.letter,
                                       has_variable(row) ? variable_of(row.name) : "none",
                                       takers_of(row)};
  }
  EXPECT_EQ(documented, expected);
}

TEST(CommandLinePage, has_each_command_that_there_is) {
  std::set<std::string> documented;
  for (const auto& cells : rows_beginning("| `")) documented.insert(cells[0]);
  for (const CommandRow& row : command_table) {
    EXPECT_EQ(documented.contains(std::string{row.name}), row.command.has_value()) << row.name;
  }
}

}  // namespace
}  // namespace kvlaunch
