#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "launcher/base/code.hpp"

namespace kvlaunch {
namespace {

// "| `code` | exit | ..." rows of docs/troubleshooting.md.
std::map<std::string, int> documented_codes() {
  std::map<std::string, int> codes;
  std::ifstream file{KVLAUNCH_SOURCE_DIR "/docs/troubleshooting.md"};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    const auto end = line.find('`', 3);
    codes[line.substr(3, end - 3)] = std::stoi(line.substr(end + 3));
  }
  return codes;
}

TEST(Documentation, has_a_row_with_the_exit_code_of_every_error_and_no_other) {
  std::map<std::string, int> expected;
  for (const CodeRow& row : code_table) {
    expected[std::string{row.name}] = static_cast<int>(row.exit);
  }
  EXPECT_EQ(documented_codes(), expected);
}

}  // namespace
}  // namespace kvlaunch
