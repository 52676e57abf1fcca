#include "launcher/network/address_lookup.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <new>

namespace kvlaunch::network {
namespace {

// Answers when the test says so; a copy of its state lives on with threads left behind.
class Gate final : public AddressSource {
 public:
  Result<std::vector<Address>> look_up(const std::string& /*host*/) override {
    std::unique_lock lock{mutex_};
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !answers_.empty(); });
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  void answer(Result<std::vector<Address>> answer) {
    const std::lock_guard lock{mutex_};
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  void await_asked(int count) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return asked_ >= count; });
  }
  int asked() {
    const std::lock_guard lock{mutex_};
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Result<std::vector<Address>>> answers_;
  int asked_ = 0;
};

struct LookupTest : testing::Test {
  Patience patience_for(Milliseconds duration) {
    return Patience{clock, Deadline::in(clock, duration), stop};
  }
  Result<std::vector<Address>> find(Milliseconds duration = Milliseconds{20'000}) {
    const auto patience = patience_for(duration);
    return lookup.find("vault.test", patience);
  }
  static std::vector<Address> some() { return {*Address::parse("192.0.2.1")}; }

  SystemClock clock;
  StopSignal stop;
  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  AddressLookup lookup{gate};
};

using AddressLookupTest = LookupTest;

TEST_F(AddressLookupTest, asks_once_for_all_who_want_the_same_host) {
  std::vector<std::future<Result<std::vector<Address>>>> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::async(std::launch::async, [this] { return find(); }));
  }
  gate->await_asked(1);
  gate->answer(some());
  for (auto& caller : callers) EXPECT_TRUE(caller.get().ok());
  EXPECT_TRUE(find().ok());
  EXPECT_EQ(gate->asked(), 1);
}

TEST_F(AddressLookupTest, gives_up_at_the_deadline_and_the_next_caller_joins) {
  const auto first = find(Milliseconds{20});
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().code, Code::deadline);
  gate->answer(some());
  EXPECT_TRUE(find().ok());
  EXPECT_EQ(gate->asked(), 1);
}

TEST_F(AddressLookupTest, asks_again_after_a_failure) {
  gate->answer(Error{.code = Code::dns_failure, .message = "no name server"});
  gate->answer(some());
  const auto failed = find();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::dns_failure);
  EXPECT_TRUE(find().ok());
}

TEST_F(AddressLookupTest, asks_again_when_told_that_the_answer_is_of_no_use) {
  gate->answer(some());
  gate->answer(some());
  EXPECT_TRUE(find().ok());
  lookup.forget("vault.test");
  EXPECT_TRUE(find().ok());
  EXPECT_EQ(gate->asked(), 2);
}

TEST_F(AddressLookupTest, takes_a_host_without_addresses_for_a_failure_that_may_pass) {
  gate->answer(std::vector<Address>{});
  const auto found = find();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, Code::dns_failure);
}

TEST_F(AddressLookupTest, does_not_ask_for_address_literals) {
  const auto patience = patience_for(Milliseconds{20'000});
  EXPECT_TRUE(lookup.find("192.0.2.1", patience).ok());
  EXPECT_TRUE(lookup.find("2001:db8::1", patience).ok());
  EXPECT_EQ(gate->asked(), 0);
}

TEST_F(AddressLookupTest, ends_when_the_transport_is_closed) {
  auto caller = std::async(std::launch::async, [this] { return find(); });
  gate->await_asked(1);
  stop.raise();
  lookup.wake_all();
  EXPECT_FALSE(caller.get().ok());
  gate->answer(some());
}

TEST(SystemAddressSource, knows_localhost_from_the_hosts_file) {
  const auto found = SystemAddressSource{}.look_up("localhost");
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->empty());
}

class Greedy final : public AddressSource {
 public:
  Result<std::vector<Address>> look_up(const std::string& /*host*/) override {
    throw std::bad_alloc{};
  }
};

TEST_F(AddressLookupTest, reports_that_its_thread_ran_out_of_memory) {
  AddressLookup greedy{std::make_shared<Greedy>()};
  const auto found = greedy.find("vault.test", patience_for(Milliseconds{20'000}));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, Code::out_of_memory);
}

}  // namespace
}  // namespace kvlaunch::network
