#include "providers/token_cache.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <latch>
#include <new>
#include <thread>

#include "tests/unit/providers/scene.hpp"

namespace kvlaunch::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Numbers its tokens: "t1", "t2", ... `answer`, if set, decides instead.
class Counting final : public Credential {
 public:
  Counting(FakeClock& clock, seconds life, std::atomic<int>& calls,
           std::function<std::optional<Outcome>(int)> answer)
      : clock_(clock), life_(life), calls_(calls), answer_(std::move(answer)) {}
  [[nodiscard]] std::string_view name() const override { return "counting"; }
  Outcome acquire(const TokenRequest& /*request*/, const Deadline& /*deadline*/) override {
    struct Visit {
      std::atomic<bool>& inside;
      const bool alone = !inside.exchange(true);
      ~Visit() { inside = false; }
    };
    const Visit visit{inside_};
    EXPECT_TRUE(visit.alone) << "two threads in one credential";
    const int call = ++calls_;
    auto special = answer_ ? answer_(call) : std::nullopt;
    if (special) return std::move(*special);
    AccessToken token{Secret{"t" + std::to_string(call)}, clock_.wall() + life_, std::nullopt};
    if (life_ > minutes{60}) token.refresh_at = clock_.wall() + life_ / 2;
    return token;
  }

 private:
  FakeClock& clock_;
  seconds life_;
  std::atomic<int>& calls_;
  std::function<std::optional<Outcome>(int)> answer_;
  std::atomic<bool> inside_ = false;
};

class TokenCacheTest : public ::testing::Test {
 protected:
  Scene scene;
  std::atomic<int> calls = 0;

  std::unique_ptr<TokenCache> cache(seconds life = minutes{60},
                                    std::function<std::optional<Outcome>(int)> answer = {}) {
    return std::make_unique<TokenCache>(
        std::make_unique<Counting>(scene.fake.clock, life, calls, std::move(answer)), "contoso",
        scene.world);
  }
  std::string get(TokenCache& cache, const TokenRequest& request) {
    const auto token = cache.token(request, scene.fake.deadline());
    return token ? std::string{(*token)->value.reveal()} : std::string{name_of(token.error().code)};
  }
  std::string get(TokenCache& cache) { return get(cache, scene.request); }
};

TEST_F(TokenCacheTest, asks_once_for_the_same_token) {
  auto tested = cache();
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(calls, 1);
}

TEST_F(TokenCacheTest, keeps_tokens_of_other_scopes_and_tenants_apart) {
  auto tested = cache();
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(get(*tested, {"https://other/.default", "", ""}), "t2");
  EXPECT_EQ(get(*tested, {vault_scope, "fabrikam", ""}), "t3");
  EXPECT_EQ(get(*tested), "t1");
}

TEST_F(TokenCacheTest, takes_the_configured_tenant_for_the_same_token) {
  auto tested = cache();
  EXPECT_EQ(get(*tested, {vault_scope, "CONTOSO", ""}), "t1");
  EXPECT_EQ(get(*tested), "t1");
}

TEST_F(TokenCacheTest, renews_a_token_five_minutes_before_its_end) {
  auto tested = cache(minutes{60});
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(minutes{54});
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(minutes{1});
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, does_not_ask_for_every_use_of_a_short_lived_token) {
  auto tested = cache(seconds{60});
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(seconds{29});
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(seconds{1});
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, refreshes_early_when_the_token_wants_it) {
  auto tested = cache(std::chrono::hours{24});
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(std::chrono::hours{13});
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, swallows_a_failed_early_refresh_and_waits_before_the_next) {
  auto tested = cache(std::chrono::hours{24}, [](int call) -> std::optional<Outcome> {
    if (call == 1) return std::nullopt;
    return Failed{Error{.code = Code::identity_refused, .message = "no"}};
  });
  EXPECT_EQ(get(*tested), "t1");
  scene.fake.clock.advance(std::chrono::hours{13});
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(calls, 2);
  scene.fake.clock.advance(seconds{30});
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(calls, 3);
}

TEST_F(TokenCacheTest, never_answers_claims_from_memory_and_keeps_the_answer_for_all) {
  auto tested = cache();
  EXPECT_EQ(get(*tested), "t1");
  EXPECT_EQ(get(*tested, {vault_scope, "", "{}"}), "t2");
  EXPECT_EQ(get(*tested, {vault_scope, "", "{}"}), "t3");
  EXPECT_EQ(get(*tested), "t3");
}

TEST_F(TokenCacheTest, forgets_a_rejected_token) {
  auto tested = cache();
  const auto token = *tested->token(scene.request, scene.fake.deadline());
  tested->reject(scene.request, *token);
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, does_not_blame_the_next_token_for_the_rejected_one) {
  auto tested = cache();
  const auto first = *tested->token(scene.request, scene.fake.deadline());
  tested->reject(scene.request, *first);
  EXPECT_EQ(get(*tested), "t2");
  tested->reject(scene.request, *first);
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, remembers_a_refusal) {
  auto tested = cache(minutes{60}, [](int) -> std::optional<Outcome> {
    return Failed{Error{.code = Code::identity_refused, .message = "no"}};
  });
  EXPECT_EQ(get(*tested), "identity-refused");
  scene.fake.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(get(*tested), "identity-refused");
  EXPECT_EQ(calls, 1);
}

TEST_F(TokenCacheTest, remembers_a_temporary_failure_for_half_a_minute) {
  auto tested = cache(minutes{60}, [](int call) -> std::optional<Outcome> {
    if (call > 1) return std::nullopt;
    return Failed{Error{.code = Code::identity_temporary, .message = "busy"}};
  });
  EXPECT_EQ(get(*tested), "identity-temporary");
  scene.fake.clock.advance(seconds{29});
  EXPECT_EQ(get(*tested), "identity-temporary");
  scene.fake.clock.advance(seconds{1});
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, does_not_remember_that_somebody_ran_out_of_time) {
  auto tested = cache(minutes{60}, [](int call) -> std::optional<Outcome> {
    if (call > 1) return std::nullopt;
    return Failed{Error{.code = Code::deadline, .message = "late"}};
  });
  EXPECT_EQ(get(*tested), "deadline");
  EXPECT_EQ(get(*tested), "t2");
}

TEST_F(TokenCacheTest, asks_once_when_many_threads_want_the_same_token) {
  constexpr int threads = 8;
  std::latch all_here{threads};
  auto tested = cache();
  std::vector<std::string> tokens(threads);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        all_here.arrive_and_wait();
        tokens[static_cast<std::size_t>(i)] = get(*tested);
      });
    }
  }
  EXPECT_THAT(tokens, ::testing::Each("t1"));
  EXPECT_EQ(calls, 1);
}

TEST_F(TokenCacheTest, lets_one_thread_at_a_time_into_the_provider) {
  constexpr int threads = 8;
  std::latch all_here{threads};
  auto tested = cache();
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        all_here.arrive_and_wait();
        EXPECT_NE(get(*tested, {"scope" + std::to_string(i % 4), "", ""}), "");
      });
    }
  }
  EXPECT_EQ(calls, 4);
}

TEST_F(TokenCacheTest, gives_a_failure_to_everybody_who_waited_for_it) {
  constexpr int threads = 4;
  std::latch all_here{threads};
  auto tested = cache(minutes{60}, [](int) -> std::optional<Outcome> {
    return Failed{Error{.code = Code::identity_refused, .message = "no"}};
  });
  std::vector<std::string> answers(threads);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        all_here.arrive_and_wait();
        answers[static_cast<std::size_t>(i)] = get(*tested);
      });
    }
  }
  EXPECT_THAT(answers, ::testing::Each("identity-refused"));
  EXPECT_EQ(calls, 1);
}

// Calls back whenever it is asked how much time is left: with the cache's lock held, just before
// the asking thread begins to wait.
class ListeningClock final : public Clock {
 public:
  ListeningClock(FakeClock& clock, std::function<void()> listener)
      : clock_(clock), listener_(std::move(listener)) {}
  [[nodiscard]] WallTime wall() const override { return clock_.wall(); }
  [[nodiscard]] SteadyTime steady() const override {
    listener_();
    return clock_.steady();
  }
  void sleep_until(SteadyTime until) override { clock_.sleep_until(until); }

 private:
  FakeClock& clock_;
  std::function<void()> listener_;
};

TEST_F(TokenCacheTest, shares_an_answer_that_is_not_kept_with_those_who_waited_for_it) {
  std::latch inside{1};
  std::latch somebody_waits{1};
  std::atomic<bool> armed = false;
  ListeningClock clock{scene.fake.clock, [&] {
                         if (armed.exchange(false)) somebody_waits.count_down();
                       }};
  World world{clock,
              scene.fake.randomness,
              scene.fake.transport,
              scene.fake.files,
              scene.fake.commands,
              scene.fake.environment,
              scene.fake.log,
              scene.fake.terminal,
              scene.fake.loopback};
  const auto slowly = [&](int) -> std::optional<Outcome> {
    inside.count_down();
    somebody_waits.wait();
    return std::nullopt;
  };
  TokenCache tested{std::make_unique<Counting>(scene.fake.clock, minutes{60}, calls, slowly),
                    "contoso", world};
  const TokenRequest with_claims{vault_scope, "", "{}"};
  std::jthread first{[&] { EXPECT_EQ(get(tested, with_claims), "t1"); }};
  inside.wait();
  armed = true;
  EXPECT_EQ(get(tested, with_claims), "t1");
  EXPECT_EQ(calls, 1);
}

TEST_F(TokenCacheTest, does_not_let_a_waiter_wait_beyond_its_own_deadline) {
  std::latch inside{1};
  std::latch go_on{1};
  auto tested = cache(minutes{60}, [&](int) -> std::optional<Outcome> {
    inside.count_down();
    go_on.wait();
    return std::nullopt;
  });
  std::jthread slow{[&] { EXPECT_EQ(get(*tested), "t1"); }};
  inside.wait();
  const auto token = tested->token(scene.request, Deadline{scene.fake.clock.steady()});
  EXPECT_EQ(token.error().code, Code::deadline);
  go_on.count_down();
}

TEST_F(TokenCacheTest, is_free_again_after_a_credential_ran_out_of_memory) {
  auto tested = cache(minutes{60}, [](int call) -> std::optional<Outcome> {
    if (call == 1) throw std::bad_alloc{};
    return std::nullopt;
  });
  EXPECT_EQ(get(*tested), "out-of-memory");
  EXPECT_EQ(get(*tested, {"https://other/.default", "", ""}), "t2");
}

}  // namespace
}  // namespace kvlaunch::test
