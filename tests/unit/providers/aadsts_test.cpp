#include "providers/aadsts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace kvlaunch {
namespace {

TEST(Aadsts, knows_every_number_that_people_meet) {
  for (const int code :
       {7000215, 7000222, 7000218, 700016,  7000229, 7000112, 70001,  90002,  900023, 90038,
        900382,  50049,   500011,  50001,   650057,  70011,   28002,  901002, 700027, 50012,
        700030,  700021,  700023,  700024,  50027,   70021,   700211, 700212, 700213, 7002138,
        700229,  700025,  65001,   650056,  90094,   50076,   50079,  50072,  50074,  50078,
        53000,   53001,   53003,   530032,  530035,  50173,   70008,  700082, 70043,  50132,
        50133,   50089,   50020,   50034,   51004,   16000,   50053,  50055,  50126,  50057,
        50058,   50105,   50194,   9001023, 90124,   90130,   50196,  90055,  90033,  90090,
        90006,   90024,   50033,   81004,   81012,   70016,   70018,  70019,  500133, 50013,
        100007,  54005}) {
    EXPECT_NE(find_aadsts(code), nullptr) << code;
  }
}

TEST(Aadsts, stands_whole_in_the_page_on_troubleshooting) {
  std::vector<std::string> expected;
  for (const AadstsRow& row : aadsts_table()) {
    expected.push_back("| " + std::to_string(row.code) + " | " + std::string{row.meaning} + " | " +
                       std::string{row.hint} + " |");
  }
  std::vector<std::string> found;
  std::ifstream page{KVLAUNCH_SOURCE_DIR "/docs/troubleshooting.md"};
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#")) within = line == "## What Entra says";
    if (within && line.starts_with("| ") && line[2] >= '0' && line[2] <= '9') found.push_back(line);
  }
  EXPECT_EQ(found, expected);
}

TEST(Aadsts, words_meanings_and_hints_as_messages_are_worded) {
  for (const AadstsRow& row : aadsts_table()) {
    EXPECT_FALSE(row.meaning.empty()) << row.code;
    EXPECT_FALSE(row.meaning.ends_with('.')) << row.code;
    EXPECT_FALSE(row.hint.ends_with('.')) << row.code;
  }
}

TEST(Aadsts, finds_nothing_for_numbers_it_does_not_know) {
  EXPECT_EQ(find_aadsts(1), nullptr);
  EXPECT_EQ(find_aadsts(99'999'999), nullptr);
}

TEST(Aadsts, finds_the_number_in_a_line) {
  EXPECT_EQ(aadsts_code_in("ERROR: AADSTS50076: Due to a change"), 50076);
  EXPECT_EQ(aadsts_code_in("AADSTS: no number"), 0);
  EXPECT_EQ(aadsts_code_in("AADSTS99999999999999999999"), 0);
  EXPECT_EQ(aadsts_code_in("nothing"), 0);
}

}  // namespace
}  // namespace kvlaunch
