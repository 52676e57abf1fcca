#include "launcher/doctor/finding.hpp"

#include <gtest/gtest.h>

namespace kvlaunch::doctor {
namespace {

TEST(Finding, ends_with_0_when_there_are_only_warnings) {
  EXPECT_EQ(exit_code_of({fine(Area::dns, "v", "x"), skipped(Area::read, "v", "x"),
                          warning(Area::tls, "v", "x", "y")}),
            0);
}

TEST(Finding, lets_the_most_lasting_problem_decide) {
  const Findings findings{problem(Area::connect, "v", Error{.code = Code::connect_failure}),
                          problem(Area::read, "v", Error{.code = Code::vault_forbidden_rbac})};
  EXPECT_EQ(exit_code_of(findings), 77);
}

TEST(Finding, has_a_next_step_even_where_the_error_has_no_hint) {
  EXPECT_EQ(problem(Area::tls, "v", Error{.code = Code::tls_failure}).next_step,
            "look up tls-failure in the table of errors");
}

}  // namespace
}  // namespace kvlaunch::doctor
