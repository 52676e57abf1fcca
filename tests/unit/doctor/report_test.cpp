#include "launcher/doctor/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/base/json.hpp"

namespace kvlaunch::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;

Findings some() {
  Findings findings{fine(Area::dns, "contoso", "is there"),
                    problem(Area::read, "contoso",
                            Error{.code = Code::vault_forbidden_rbac,
                                  .message = "refused",
                                  .hint = "give it the role",
                                  .notes = {"a \"note\""}})};
  findings[0].took = Milliseconds{12};
  return findings;
}

TEST(TextReport, has_a_line_for_each_finding_and_a_step_for_each_problem) {
  EXPECT_EQ(text_report(some(), Details::hidden),
            "VERDICT  AREA       SUBJECT  TIME      SEEN\n"
            "fine     dns        contoso  12 ms     is there\n"
            "problem  read       contoso  0 ms      refused\n"
            "         next: give it the role\n"
            "\n1 problem, 0 warnings\n");
}

TEST(TextReport, shows_details_when_asked) {
  EXPECT_THAT(text_report(some(), Details::shown), HasSubstr("- a \"note\"\n"));
}

TEST(TextReport, lets_nothing_move_the_terminal) {
  const Findings findings{fine(Area::dns, "a\x1b[2J", "b\r\nc")};
  const std::string text = text_report(findings, Details::shown);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("b??c"));
}

TEST(JsonReport, is_one_document_with_every_key) {
  const std::string text = json_report(some());
  const auto json = Json::parse(text);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->member("exit_code")->integer(), 77);
  EXPECT_EQ(json->member("problems")->integer(), 1);
  const auto findings = json->member("findings")->elements();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].member("milliseconds")->integer(), 12);
  EXPECT_EQ(findings[0].member("code")->type(), Json::Type::null);
  EXPECT_EQ(findings[1].member("code")->string(), "vault-forbidden-rbac");
  EXPECT_EQ(findings[1].member("next_step")->string(), "give it the role");
  EXPECT_EQ(findings[1].member("details")->elements().front().string(), "a \"note\"");
}

}  // namespace
}  // namespace kvlaunch::doctor
