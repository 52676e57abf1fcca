#include "launcher/doctor/clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_world.hpp"

namespace kvlaunch::doctor {
namespace {

using kvlaunch::test::FakeTransport;
using kvlaunch::test::FakeWorld;
using testing::HasSubstr;

// The fake clock begins at 2026-01-01T00:00:00Z.
Finding judged(const std::string& url, const std::string& date) {
  FakeWorld fake;
  fake.transport.on("GET", [&](const HttpRequest&) {
    return FakeTransport::response(401, "", {{"Date", date}});
  });
  ClockWatch watch{fake.transport, fake.clock};
  HttpRequest request;
  request.url = *parse_url(url);
  EXPECT_TRUE(watch.send(request, fake.deadline()).ok());
  return judge_clock(watch.offset());
}

TEST(ClockWatch, finds_a_good_clock_fine) {
  EXPECT_EQ(judged("https://vault.test/", "Thu, 01 Jan 2026 00:00:30 GMT").verdict, Verdict::fine);
}

TEST(ClockWatch, warns_above_a_minute) {
  const Finding finding = judged("https://vault.test/", "Wed, 31 Dec 2025 23:58:00 GMT");
  EXPECT_EQ(finding.verdict, Verdict::warning);
  EXPECT_THAT(finding.seen, HasSubstr("ahead of vault.test"));
}

TEST(ClockWatch, calls_more_than_five_minutes_a_problem) {
  const Finding finding = judged("https://vault.test/", "Thu, 01 Jan 2026 00:06:00 GMT");
  EXPECT_EQ(finding.verdict, Verdict::problem);
  EXPECT_EQ(finding.code, Code::clock_offset);
  EXPECT_THAT(finding.seen, HasSubstr("behind vault.test"));
}

TEST(ClockWatch, does_not_believe_plain_http) {
  EXPECT_EQ(judged("http://imds.test/", "Thu, 01 Jan 2026 01:00:00 GMT").verdict, Verdict::skipped);
}

TEST(ClockWatch, does_not_believe_what_is_no_date) {
  EXPECT_EQ(judged("https://vault.test/", "soon").verdict, Verdict::skipped);
}

}  // namespace
}  // namespace kvlaunch::doctor
