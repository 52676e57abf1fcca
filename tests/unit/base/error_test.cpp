#include "launcher/base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kvlaunch {
namespace {

TEST(Error, takes_the_exit_class_of_the_most_lasting_of_several) {
  const Errors errors{Error{.code = Code::vault_throttled}, Error{.code = Code::secret_missing},
                      Error{.code = Code::identity_refused}};
  EXPECT_EQ(most_lasting(errors), ExitClass::configuration);
}

TEST(Error, ranks_refusal_above_what_may_pass) {
  EXPECT_EQ(most_lasting({Error{.code = Code::deadline}, Error{.code = Code::vault_forbidden}}),
            ExitClass::refused);
}

TEST(Code, has_a_name_of_its_own_each) {
  std::set<std::string_view> names;
  for (const CodeRow& row : code_table) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(name_of(row.code), row.name);
  }
}

}  // namespace
}  // namespace kvlaunch
