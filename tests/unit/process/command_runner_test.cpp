#include "launcher/process/command_runner.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "launcher/base/descriptor.hpp"
#include "launcher/process/kernel_signals.hpp"
#include "tests/unit/process/temporary_directory.hpp"

namespace kvlaunch {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class CommandRunnerTest : public testing::Test {
 protected:
  Result<CommandResult> shell(const std::string& text) {
    request_.arguments = {"/bin/sh", "-c", text};
    return run();
  }
  Result<CommandResult> run() {
    return runner_.run(request_, Deadline::in(clock_, Milliseconds{20'000}));
  }

  SystemClock clock_;
  SystemCommandRunner runner_{clock_};
  CommandRequest request_;
};

TEST_F(CommandRunnerTest, keeps_the_two_streams_apart_and_gives_the_exit_code) {
  const auto result = shell("echo out; echo err >&2; exit 7");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->standard_output.reveal(), "out\n");
  EXPECT_EQ(result->standard_error, "err\n");
  EXPECT_EQ(result->exit_code, 7);
}

TEST_F(CommandRunnerTest, tells_a_signal_from_an_exit_code) {
  const auto result = shell("kill -TERM $$");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, -1);
  EXPECT_EQ(result->signal, SIGTERM);
}

TEST_F(CommandRunnerTest, reads_more_than_a_pipe_holds) {
  const auto result = shell("dd if=/dev/zero bs=1000 count=500 2>/dev/null");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->standard_output.reveal().size(), 500'000U);
  EXPECT_EQ(result->exit_code, 0);
}

TEST_F(CommandRunnerTest, gives_the_environment_and_working_directory_asked_for_and_no_other) {
  request_.environment.set("ONLY", "this");
  request_.working_directory = "/usr";
  request_.arguments = {"/usr/bin/env"};
  const auto environment = run();
  ASSERT_TRUE(environment);
  EXPECT_EQ(environment->standard_output.reveal(), "ONLY=this\n");
  const auto directory = shell("pwd");
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->standard_output.reveal(), "/usr\n");
}

TEST_F(CommandRunnerTest, hands_on_no_descriptor_but_the_standard_three) {
  const Descriptor leaking{::open("/dev/null", O_RDONLY)};
  const auto result = shell("echo /proc/self/fd/*; readlink /proc/self/fd/0");
  ASSERT_TRUE(result);
  // The shell has none open while it expands the pattern but the directory itself.
  EXPECT_EQ(result->standard_output.reveal(),
            "/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3\n/dev/null\n");
}

TEST_F(CommandRunnerTest, starts_helpers_with_default_signals_whatever_the_calling_thread_blocks) {
  const SignalSet mask = current_mask();
  const SignalHandler before = disposition_of(SIGUSR1);
  set_mask(~SignalSet{0});
  set_disposition(SIGUSR1, SIG_IGN);
  const auto result = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2");
  set_disposition(SIGUSR1, before);
  set_mask(mask);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->standard_output.reveal(), "0000000000000000\n0000000000000000\n");
}

TEST_F(CommandRunnerTest, makes_the_helper_the_leader_of_its_own_group) {
  const auto result = shell("cut -d' ' -f5 /proc/$$/stat; echo $$");
  ASSERT_TRUE(result);
  const std::string text{result->standard_output.reveal()};
  const auto middle = text.find('\n');
  EXPECT_EQ(text.substr(0, middle + 1), text.substr(middle + 1));
}

// A pipe whose writing end the whole group holds: it ends when the last of the group has ended.
class HelperGroupTest : public CommandRunnerTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    end_ = Descriptor{::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    ASSERT_EQ(::fcntl(end_.get(), F_SETFL, 0), 0);
  }
  // True when the group was there, wrote one byte, and everybody in it has ended.
  bool group_came_and_went() {
    char byte = 0;
    return ::read(end_.get(), &byte, 1) == 1 && ::read(end_.get(), &byte, 1) == 0;
  }

  TemporaryDirectory root_;
  std::string path_ = root_.path("alive");
  Descriptor end_;
};

TEST_F(HelperGroupTest, ends_as_a_whole_when_the_time_is_over) {
  request_.timeout = Milliseconds{300};
  const auto result = shell("exec 9>" + path_ + "; sleep 1000 & echo >&9; sleep 1000");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->timed_out);
  EXPECT_EQ(result->exit_code, -1);
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(HelperGroupTest, ends_with_its_leader_even_if_the_rest_holds_the_pipes) {
  const auto result = shell("exec 9>" + path_ + "; sleep 1000 & echo >&9; echo done");
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->timed_out);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->standard_output.reveal(), "done\n");
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(HelperGroupTest, is_left_when_the_request_says_so) {
  const std::string go = root_.path("go");
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  const Descriptor gate{::open(go.c_str(), O_RDWR | O_CLOEXEC)};
  request_.rest = Rest::left;
  const auto result = shell("exec 9>" + path_ + "; (read x <" + go + "; echo >&9) & true");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  ASSERT_EQ(::write(gate.get(), "x\n", 2), 2);
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(HelperGroupTest, is_not_left_by_a_helper_that_fails) {
  request_.rest = Rest::left;
  const auto result = shell("exec 9>" + path_ + "; sleep 1000 & echo >&9; exit 3");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(HelperGroupTest, ends_when_it_says_too_much) {
  request_.max_output_bytes = 1000;
  const auto result = shell("exec 9>" + path_ + "; echo >&9; yes");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->output_too_large);
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(HelperGroupTest, ends_when_it_complains_too_much) {
  request_.max_output_bytes = 1000;
  const auto result = shell("exec 9>" + path_ + "; echo >&9; yes >&2");
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->output_too_large);
  EXPECT_TRUE(group_came_and_went());
}

TEST_F(CommandRunnerTest, gives_the_reason_when_the_helper_cannot_start) {
  request_.arguments = {"/no/such/az"};
  EXPECT_THAT(run().error().message, HasSubstr("cannot run /no/such/az: No such file"));
  request_.working_directory = "/no/such/directory";
  EXPECT_THAT(shell("true").error().message, HasSubstr("cannot enter /no/such/directory"));
  request_.arguments = {"az"};
  EXPECT_THAT(run().error().message, HasSubstr("absolute"));
}

TEST_F(CommandRunnerTest, leaves_no_child_behind) {
  ASSERT_TRUE(shell("true"));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(CommandRunnerTest, runs_several_helpers_at_once) {
  std::array<int, 8> codes{};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    threads.emplace_back([this, i, &codes] {
      CommandRequest request;
      request.arguments = {"/bin/sh", "-c", "exit " + std::to_string(i + 10)};
      const auto result = runner_.run(request, Deadline::in(clock_, Milliseconds{20'000}));
      codes[i] = result ? result->exit_code : -1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(codes, (std::array<int, 8>{10, 11, 12, 13, 14, 15, 16, 17}));
}

class FindHelperTest : public CommandRunnerTest {
 protected:
  Result<std::string> find(const std::vector<std::string>& directories) {
    return runner_.find("az", directories);
  }
  TemporaryDirectory root_;
};

TEST_F(FindHelperTest, gives_the_first_trusted_program_by_its_absolute_path) {
  const auto first = root_.directory("first");
  const auto second = root_.directory("second");
  const auto program = root_.file("second/az", "#!/bin/sh\n", 0755);
  const auto found = find({"relative", first, second});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, program);
}

TEST_F(FindHelperTest, names_what_it_skipped_and_why) {
  const auto open = root_.directory("open", 0777);
  const auto in_open = root_.file("open/az", "#!/bin/sh\n", 0755);
  const auto closed = root_.directory("closed");
  const auto writable = root_.file("closed/az", "#!/bin/sh\n", 0757);
  const auto plain = root_.directory("plain");
  const auto not_executable = root_.file("plain/az", "#!/bin/sh\n", 0644);
  const auto found = find({open, closed, plain, "bin"});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().notes,
              UnorderedElementsAre(
                  "skipped " + in_open + ": " + open + " is writable by others",
                  "skipped " + writable + ": " + writable + " is writable by others",
                  "skipped " + not_executable + ": not executable", "skipped bin: not absolute"));
}

TEST_F(FindHelperTest, judges_every_directory_that_links_lead_through) {
  const auto safe = root_.directory("safe");
  const auto program = root_.file("safe/real", "#!/bin/sh\n", 0755);
  const auto open = root_.directory("open", 0777);
  ASSERT_EQ(::symlink("../safe/real", (open + "/hop").c_str()), 0);
  ASSERT_EQ(::symlink("../open/hop", (safe + "/az").c_str()), 0);
  const auto found = find({safe});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().notes.at(0), HasSubstr(open + " is writable by others"));
}

TEST_F(FindHelperTest, follows_a_trusted_link_and_keeps_its_name) {
  const auto safe = root_.directory("safe");
  const auto program = root_.file("safe/real", "#!/bin/sh\n", 0755);
  ASSERT_EQ(::symlink("real", (safe + "/az").c_str()), 0);
  const auto found = find({safe});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, safe + "/az");
}

}  // namespace
}  // namespace kvlaunch
