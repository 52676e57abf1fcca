#include "launcher/resolve/lanes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>

namespace kvlaunch {
namespace {

TEST(Lanes, do_every_job_once) {
  std::vector<std::atomic<int>> done(200);
  std::vector<Lane> lanes(2);
  for (std::size_t i = 0; i < done.size(); ++i) {
    lanes[i % 2].jobs.emplace_back([&done, i] { ++done[i]; });
    lanes[i % 2].workers = 5;
  }
  EXPECT_TRUE(run_lanes(lanes, 64).ok());
  for (const auto& count : done) EXPECT_EQ(count, 1);
}

TEST(Lanes, keep_to_their_number_of_workers) {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  Lane lane{.jobs = {}, .workers = 3};
  for (int i = 0; i < 100; ++i) {
    lane.jobs.emplace_back([&] {
      const int now = ++running;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      --running;
    });
  }
  EXPECT_TRUE(run_lanes({lane}, 64).ok());
  EXPECT_LE(most, 3);
}

TEST(Lanes, run_side_by_side) {
  // Each job waits for the other: one after the other they would never end.
  std::mutex mutex;
  std::condition_variable arrived;
  int count = 0;
  const auto meet = [&] {
    std::unique_lock lock{mutex};
    ++count;
    arrived.notify_all();
    arrived.wait(lock, [&] { return count == 3; });
  };
  const std::vector<Lane> lanes{Lane{.jobs = {meet}, .workers = 1},
                                Lane{.jobs = {meet, meet}, .workers = 2}};
  EXPECT_TRUE(run_lanes(lanes, 64).ok());
  EXPECT_EQ(count, 3);
}

TEST(Lanes, share_a_number_of_workers_and_give_each_lane_one_if_they_can) {
  // All four meet: they would not if one lane took two of the four workers.
  std::mutex mutex;
  std::condition_variable arrived;
  int waiting = 0;
  int meetings = 0;
  const auto meet = [&] {
    std::unique_lock lock{mutex};
    const int meeting = meetings;
    if (++waiting == 4) {
      waiting = 0;
      ++meetings;
      arrived.notify_all();
    }
    arrived.wait(lock, [&] { return meetings > meeting; });
  };
  const std::vector<Lane> lanes(4, Lane{.jobs = {meet, meet}, .workers = 2});
  EXPECT_TRUE(run_lanes(lanes, 4).ok());
  EXPECT_EQ(meetings, 2);
}

TEST(Lanes, do_every_job_with_fewer_workers_than_lanes) {
  std::atomic<int> done{0};
  const std::vector<Lane> lanes(9, Lane{.jobs = {[&] { ++done; }, [&] { ++done; }}, .workers = 5});
  EXPECT_TRUE(run_lanes(lanes, 2).ok());
  EXPECT_EQ(done, 18);
}

TEST(Lanes, end_at_once_without_jobs) {
  EXPECT_TRUE(run_lanes({}, 64).ok());
  EXPECT_TRUE(run_lanes({Lane{}}, 64).ok());
}

TEST(Lanes, tell_of_a_job_that_ran_out_of_memory_and_do_the_others) {
  std::atomic<int> done{0};
  const auto greedy = [] { throw std::bad_alloc{}; };
  const auto modest = [&] { ++done; };
  const auto result = run_lanes({Lane{.jobs = {greedy, modest, modest}, .workers = 1}}, 64);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::out_of_memory);
  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace kvlaunch
