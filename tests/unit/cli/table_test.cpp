#include "launcher/cli/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kvlaunch {
namespace {

using testing::ElementsAre;

TEST(Table, aligns_its_columns_and_leaves_empty_ones_out) {
  const Table table{{"NAME", "HOW", "SAID BY"}, {{"A", "", "x"}, {"LONGER", "", "y"}}};
  EXPECT_EQ(text_of(table), "NAME    SAID BY\nA       x\nLONGER  y\n");
}

TEST(Table, shows_its_heading_when_there_is_nothing_else) {
  EXPECT_EQ(text_of(Table{{"NAME", "HOW"}, {}}), "NAME  HOW\n");
}

TEST(Table, gives_an_object_for_each_row) {
  const Table table{{"NAME", "SAID BY"}, {{"A", "x \"y\"\n"}, {"B", ""}}};
  EXPECT_THAT(json_lines_of(table),
              ElementsAre(R"({"level":"info","name":"A","said_by":"x \"y\"\u000a"})",
                          R"({"level":"info","name":"B"})"));
}

}  // namespace
}  // namespace kvlaunch
