// Durations, and options that are limited to names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/manifest/manifest.hpp"

namespace kvlaunch {
namespace {

using ::testing::HasSubstr;

std::int64_t milliseconds(std::string_view text) {
  const auto duration = parse_duration(text);
  EXPECT_TRUE(duration.ok()) << text;
  return duration.ok() ? duration->count() : -1;
}

TEST(Duration, takes_a_number_and_a_unit) {
  EXPECT_EQ(milliseconds("250ms"), 250);
  EXPECT_EQ(milliseconds("80s"), 80'000);
  EXPECT_EQ(milliseconds("10m"), 600'000);
  EXPECT_EQ(milliseconds("2h"), 7'200'000);
  EXPECT_EQ(milliseconds("0s"), 0);
  EXPECT_EQ(milliseconds("8760h"), 31'536'000'000);
}

TEST(Duration, takes_fractions_down_to_a_millisecond) {
  EXPECT_EQ(milliseconds("1.5s"), 1'500);
  EXPECT_EQ(milliseconds("0.25h"), 900'000);
  EXPECT_EQ(milliseconds("0.001s"), 1);
  EXPECT_FALSE(parse_duration("0.5ms").ok());
}

TEST(Duration, asks_for_the_unit_of_a_bare_number) {
  const auto duration = parse_duration("80");
  ASSERT_FALSE(duration.ok());
  EXPECT_EQ(duration.error().code, Code::manifest_bad_value);
  EXPECT_EQ(duration.error().message, "a duration without its unit");
  EXPECT_THAT(duration.error().hint, HasSubstr("80s"));
}

TEST(Duration, refuses_everything_else) {
  for (const auto* const text :
       {"",     "s",    "ms",     "-1s",   "+1s",     "1 s",   " 1s",
        "1s ",  "1S",   "1d",     "1m30s", "1.s",     ".5s",   "1,5s",
        "1e3s", "0x1s", "1.2.3s", "1.-5s", "1.0005s", "8761h", "99999999999999999999s",
        "inf"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(NamesOption, covers_every_name_unless_it_lists_some) {
  EXPECT_FALSE(NamesOption{}.covers("A"));
  EXPECT_TRUE((NamesOption{.on = true}.covers("A")));
  const NamesOption some{.on = true, .names = {"A", "B"}};
  EXPECT_TRUE(some.covers("B"));
  EXPECT_FALSE(some.covers("b"));
  EXPECT_FALSE(some.covers("C"));
}

}  // namespace
}  // namespace kvlaunch
