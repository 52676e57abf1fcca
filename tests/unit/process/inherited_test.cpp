#include "launcher/process/inherited.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "launcher/base/descriptor.hpp"
#include "launcher/process/descriptors.hpp"
#include "launcher/process/kernel_signals.hpp"

namespace kvlaunch {
namespace {

TEST(InheritedState, was_captured_before_main) {
  EXPECT_GT(inherited_state().descriptor_run_count, 0U);
  EXPECT_EQ(inherited_state().descriptors_known_to, INT_MAX);
  EXPECT_EQ(inherited_state().mask & ~current_mask(), 0U);
}

TEST(InheritedState, knows_runs_of_descriptors_and_the_gaps_between) {
  InheritedState state;
  state.descriptor_runs[0] = {0, 2};
  state.descriptor_runs[1] = {7, 7};
  state.descriptor_run_count = 2;
  EXPECT_TRUE(state.has_descriptor(2));
  EXPECT_FALSE(state.has_descriptor(3));
  EXPECT_TRUE(state.has_descriptor(7));
  EXPECT_FALSE(state.has_descriptor(8));
}

TEST(InheritedState, counts_what_it_could_not_list_as_inherited) {
  InheritedState state;
  state.descriptor_runs[0] = {0, 2};
  state.descriptor_run_count = 1;
  state.descriptors_known_to = 99;
  EXPECT_FALSE(state.has_descriptor(99));
  EXPECT_TRUE(state.has_descriptor(100));
}

TEST(InheritedState, numbers_signals_as_the_kernel_does) {
  InheritedState state;
  state.ignored_signals = 1;
  state.mask = SignalSet{1} << 63;
  EXPECT_TRUE(state.ignored(SIGHUP));
  EXPECT_TRUE(state.blocked(64));
}

TEST(Descriptors, are_marked_within_the_range_only) {
  const Descriptor source{::open("/dev/null", O_RDONLY)};
  const Descriptor inside{::fcntl(source.get(), F_DUPFD, 300)};
  const Descriptor outside{::fcntl(source.get(), F_DUPFD, 310)};
  set_close_on_exec(300, 309);
  EXPECT_EQ(::fcntl(inside.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(outside.get(), F_GETFD), 0);
}

TEST(Descriptors, are_visited_once_each_in_ascending_order) {
  const Descriptor source{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  std::vector<int> visited;
  const auto add = [](int descriptor, void* context) {
    static_cast<std::vector<int>*>(context)->push_back(descriptor);
  };
  ASSERT_TRUE(visit_open_descriptors(add, &visited));
  EXPECT_TRUE(std::is_sorted(visited.begin(), visited.end()));
  EXPECT_EQ(std::count(visited.begin(), visited.end(), source.get()), 1);
}

}  // namespace
}  // namespace kvlaunch
