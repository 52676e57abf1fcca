#include "launcher/resolve/vault_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/resolve/vault_fixture.hpp"

namespace kvlaunch {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Gate : public testing::Test {
 protected:
  // The status of the answer.
  int send(Milliseconds allowed = Milliseconds{80'000}) {
    const auto answer = try_send(allowed);
    return answer ? answer->status : 0;
  }
  Result<HttpResponse> try_send(Milliseconds allowed) {
    HttpRequest request;
    request.url = *parse_url("https://contoso.vault.azure.net/secrets/a");
    return gate_.send(request, Deadline::in(world_.clock, allowed));
  }
  void next(int status, std::vector<std::pair<std::string, std::string>> headers = {}) {
    world_.transport.once("GET", answers(status, "", std::move(headers)));
  }

  FakeWorld world_;
  VaultGate gate_{world_.transport, world_.clock, world_.randomness};
};

TEST_F(Gate, stands_open_until_the_vault_throttles) {
  for (const int status : {200, 404, 503}) {
    next(status);
    EXPECT_EQ(send(), status);
    EXPECT_FALSE(gate_.is_closed());
  }
  EXPECT_THAT(world_.clock.sleeps(), IsEmpty());
}

TEST_F(Gate, makes_the_next_request_wait_as_long_as_the_vault_asks_and_a_little_more) {
  next(429, {{"Retry-After", "8"}});
  next(200);
  send();
  EXPECT_TRUE(gate_.is_closed());
  EXPECT_EQ(send(), 200);
  ASSERT_THAT(world_.clock.sleeps(), SizeIs(1));
  EXPECT_GE(world_.clock.sleeps()[0], Milliseconds{8000});
  EXPECT_LE(world_.clock.sleeps()[0], Milliseconds{10'000});
}

TEST_F(Gate, waits_longer_for_each_storm_in_a_row) {
  for (int i = 0; i < 7; ++i) next(429);
  next(200);
  for (int i = 0; i < 8; ++i) send(Milliseconds{1'000'000});
  const auto sleeps = world_.clock.sleeps();
  ASSERT_THAT(sleeps, SizeIs(7));
  const std::vector<int> seconds{1, 2, 4, 8, 16, 16, 16};
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    EXPECT_GE(sleeps[i], std::chrono::seconds{seconds[i]}) << i;
    EXPECT_LE(sleeps[i], Milliseconds{seconds[i] * 1250}) << i;
  }
}

TEST_F(Gate, begins_anew_after_a_good_answer) {
  next(429);
  next(429);
  next(200);
  next(429);
  next(200);
  for (int i = 0; i < 5; ++i) send();
  EXPECT_LE(world_.clock.sleeps().back(), Milliseconds{1250});
}

TEST_F(Gate, sends_nothing_when_it_would_open_after_the_deadline) {
  next(429, {{"Retry-After", "30"}});
  send();
  const auto refused = try_send(Milliseconds{10'000});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::deadline);
  EXPECT_THAT(world_.transport.requests(), SizeIs(1));
  EXPECT_THAT(world_.clock.sleeps(), IsEmpty());
}

TEST_F(Gate, closes_for_a_503_that_asks_for_a_wait) {
  next(503, {{"Retry-After", "3"}});
  send();
  EXPECT_TRUE(gate_.is_closed());
}

}  // namespace
}  // namespace kvlaunch
