#include "launcher/base/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_world.hpp"

namespace kvlaunch {
namespace {

using test::FakeTransport;
using test::FakeWorld;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* vault_request = "GET https://v.vault.azure.net/";

class Retry : public testing::Test {
 protected:
  void answers(int status, std::vector<std::pair<std::string, std::string>> headers = {}) {
    world_.transport.once(vault_request, [status, headers](const HttpRequest&) {
      return FakeTransport::response(status, "", headers);
    });
  }
  void fails(Code code) {
    world_.transport.once(vault_request,
                          [code](const HttpRequest&) { return Error{.code = code}; });
  }
  Attempted send(Milliseconds allowed = Milliseconds{80'000}) {
    HttpRequest request;
    request.url = *parse_url("https://v.vault.azure.net/secrets/a");
    return send_with_retry(world_.transport, world_.clock, world_.randomness, world_.log, request,
                           policy_, Deadline::in(world_.clock, allowed), "kv:a");
  }

  FakeWorld world_;
  RetryPolicy policy_{.first_wait = Milliseconds{1000}, .jitter_low = 1.0, .jitter_high = 1.0};
};

TEST_F(Retry, sends_once_when_all_is_well) {
  answers(200);
  const Attempted attempted = send();
  EXPECT_EQ(attempted.result->status, 200);
  EXPECT_EQ(attempted.attempts, 1);
  EXPECT_EQ(attempted.last_status, 200);
  EXPECT_THAT(world_.clock.sleeps(), IsEmpty());
}

TEST_F(Retry, waits_twice_as_long_each_time_up_to_the_longest_wait) {
  policy_.longest_wait = Milliseconds{3000};
  for (int i = 0; i < 4; ++i) answers(503);
  answers(200);
  EXPECT_EQ(send().result->status, 200);
  EXPECT_THAT(world_.clock.sleeps(), ElementsAre(Milliseconds{1000}, Milliseconds{2000},
                                                 Milliseconds{3000}, Milliseconds{3000}));
}

TEST_F(Retry, gives_the_last_answer_when_the_attempts_are_used_up) {
  policy_.max_attempts = 3;
  for (const int status : {500, 502, 504}) answers(status);
  const Attempted attempted = send();
  EXPECT_EQ(attempted.result->status, 504);
  EXPECT_EQ(attempted.attempts, 3);
  EXPECT_FALSE(attempted.deadline_cut);
}

TEST_F(Retry, is_ended_by_the_deadline_alone_without_a_number_of_attempts) {
  policy_.max_attempts.reset();
  policy_.longest_wait = Milliseconds{4000};
  for (int i = 0; i < 40; ++i) answers(503);
  const Attempted attempted = send(Milliseconds{80'000});
  EXPECT_TRUE(attempted.deadline_cut);
  EXPECT_EQ(attempted.attempts, 22);  // 1 s, 2 s, and 19 times 4 s make 79 s
  EXPECT_EQ(world_.log.notes().front(), "kv:a: status 503, asking again in 1000 ms (attempt 2)");
}

TEST_F(Retry, waits_at_least_as_long_as_the_policy_wants) {
  policy_.shortest_wait = Milliseconds{500};
  answers(429, {{"retry-after-ms", "1"}});
  answers(200);
  send();
  EXPECT_THAT(world_.clock.sleeps(), ElementsAre(Milliseconds{500}));
}

TEST_F(Retry, does_not_ask_again_after_an_answer_that_is_final) {
  for (const int status : {200, 301, 400, 401, 403, 404}) {
    answers(status);
    EXPECT_EQ(send().attempts, 1) << status;
  }
}

TEST_F(Retry, asks_again_after_temporary_transport_errors_only) {
  fails(Code::connection_lost);
  fails(Code::dns_failure);
  fails(Code::tls_untrusted);
  const Attempted attempted = send();
  EXPECT_EQ(attempted.attempts, 3);
  EXPECT_EQ(attempted.result.error().code, Code::tls_untrusted);
}

TEST_F(Retry, leaves_transport_errors_alone_when_the_policy_says_so) {
  policy_.retry_transport_errors = false;
  fails(Code::connection_lost);
  EXPECT_EQ(send().attempts, 1);
}

TEST_F(Retry, does_not_ask_again_when_the_deadline_ended_an_attempt) {
  answers(503);
  fails(Code::deadline);
  const Attempted attempted = send();
  EXPECT_EQ(attempted.attempts, 2);
  EXPECT_EQ(attempted.last_status, 503);
}

TEST_F(Retry, begins_no_wait_that_would_end_after_the_deadline) {
  answers(429, {{"Retry-After", "30"}});
  const Attempted attempted = send(Milliseconds{10'000});
  EXPECT_EQ(attempted.result->status, 429);
  EXPECT_TRUE(attempted.deadline_cut);
  EXPECT_THAT(world_.clock.sleeps(), IsEmpty());
}

TEST_F(Retry, keeps_to_what_the_service_asked_for) {
  answers(429, {{"Retry-After", "7"}});
  answers(429, {{"x-ms-retry-after-ms", "2500"}});
  answers(200);
  EXPECT_EQ(send().attempts, 3);
  EXPECT_THAT(world_.clock.sleeps(), ElementsAre(Milliseconds{7000}, Milliseconds{2500}));
}

TEST_F(Retry, does_not_hammer_a_service_that_asks_for_no_wait) {
  answers(429, {{"Retry-After", "0"}});
  answers(200);
  send();
  EXPECT_THAT(world_.clock.sleeps(), ElementsAre(Milliseconds{1000}));
}

TEST_F(Retry, spreads_its_own_waits) {
  policy_.jitter_low = 0.5;
  policy_.jitter_high = 1.5;
  for (int i = 0; i < 5; ++i) answers(503);
  send();
  const auto sleeps = world_.clock.sleeps();
  ASSERT_EQ(sleeps.size(), 5U);
  for (std::size_t i = 0; i < sleeps.size(); ++i) {
    const auto plain = Milliseconds{1000} * (1 << i);
    EXPECT_GE(sleeps[i], plain / 2);
    EXPECT_LT(sleeps[i], plain * 3 / 2);
    EXPECT_NE(sleeps[i], plain);
  }
}

TEST_F(Retry, notes_each_wait_with_its_subject_and_reason) {
  answers(429);
  fails(Code::connection_lost);
  answers(200);
  send();
  EXPECT_THAT(world_.log.notes(),
              ElementsAre("kv:a: status 429, asking again in 1000 ms (attempt 2 of 6)",
                          "kv:a: connection-lost, asking again in 2000 ms (attempt 3 of 6)"));
}

std::optional<Milliseconds> asked(std::string name, std::string value) {
  const WallTime now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  return retry_after(FakeTransport::response(429, "", {{std::move(name), std::move(value)}}), now);
}

TEST(RetryAfter, is_read_in_all_three_spellings) {
  EXPECT_EQ(asked("Retry-After", "12"), Milliseconds{12'000});
  EXPECT_EQ(asked("retry-after", "Thu, 01 Jan 2026 00:01:30 GMT"), Milliseconds{90'000});
  EXPECT_EQ(asked("Retry-After-Ms", "250"), Milliseconds{250});
  EXPECT_EQ(asked("X-Ms-Retry-After-Ms", "1750"), Milliseconds{1750});
}

TEST(RetryAfter, is_never_negative) {
  EXPECT_EQ(asked("Retry-After", "Wed, 31 Dec 2025 23:59:00 GMT"), Milliseconds{0});
  EXPECT_EQ(asked("Retry-After", "0"), Milliseconds{0});
}

TEST(RetryAfter, is_nothing_when_absent_or_malformed) {
  EXPECT_FALSE(asked("X-Other", "1"));
  for (const char* text : {"", "-5", "soon", "1.5", "5 s", "Thu, 01 Jan 2026 00:01:30",
                           "Thu, 99 Jan 2026 00:01:30 GMT", "Thu, 01 anF 2026 00:01:30 GMT",
                           "Thu, 01 Jan 2026 25:01:30 GMT", "Thu, 01 Jan 2026 00:01:30 GMT+1"}) {
    EXPECT_FALSE(asked("Retry-After", text)) << text;
  }
}

TEST(RetryAfter, is_bounded_however_large_the_number) {
  constexpr Milliseconds day{24LL * 60 * 60 * 1000};
  EXPECT_EQ(asked("Retry-After", "99999999999999999999999"), day);
  EXPECT_EQ(asked("Retry-After", "9223372036854775807"), day);
  EXPECT_EQ(asked("Retry-After", "Fri, 01 Jan 9999 00:00:00 GMT"), day);
}

TEST(RetryAfter, prefers_the_finer_spelling_and_passes_over_a_malformed_one) {
  const auto response = FakeTransport::response(
      429, "", {{"Retry-After", "9"}, {"retry-after-ms", "x"}, {"x-ms-retry-after-ms", "100"}});
  EXPECT_EQ(retry_after(response, WallTime{}), Milliseconds{100});
}

}  // namespace
}  // namespace kvlaunch
