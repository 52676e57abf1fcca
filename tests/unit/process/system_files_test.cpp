#include "launcher/process/system_files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <tuple>

#include "launcher/base/descriptor.hpp"
#include "tests/unit/process/temporary_directory.hpp"

namespace kvlaunch {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

class SystemFilesTest : public testing::Test {
 protected:
  Result<FileContent> read(const std::string& path, std::size_t limit_bytes = 1000,
                           Milliseconds within = Milliseconds{20'000}) {
    return files_.read(path, limit_bytes, Deadline::in(clock_, within));
  }

  TemporaryDirectory root_;
  SystemClock clock_;
  InheritedState inherited_;
  SystemFiles files_{clock_, inherited_};
};

TEST_F(SystemFilesTest, reads_bytes_as_they_are) {
  const std::string bytes{"a\0b\r\n", 5};
  const auto content = read(root_.file("f", bytes));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->bytes.reveal(), bytes);
}

TEST_F(SystemFilesTest, accepts_the_limit_and_nothing_beyond) {
  EXPECT_TRUE(read(root_.file("f", "12345"), 5));
  EXPECT_EQ(read(root_.file("f", "123456"), 5).error().code, Code::manifest_too_large);
}

TEST_F(SystemFilesTest, reads_an_endless_file_no_further_than_the_limit) {
  EXPECT_EQ(read("/proc/self/maps", 100).error().code, Code::manifest_too_large);
}

TEST_F(SystemFilesTest, reports_who_may_have_written_the_file_and_its_directory) {
  const auto directory = root_.directory("d", 01777);
  const auto content = read(root_.file("d/f", "x", 0664));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->file.mode, 0664U);
  EXPECT_EQ(content->file.owner, ::geteuid());
  EXPECT_TRUE(content->file.regular);
  EXPECT_EQ(content->directory.mode, 01777U);
}

TEST_F(SystemFilesTest, says_whether_the_last_part_of_the_path_is_a_link) {
  const auto file = root_.file("f", "x");
  ASSERT_EQ(::symlink("f", root_.path("link").c_str()), 0);
  ASSERT_EQ(::symlink(root_.path().c_str(), root_.path("above").c_str()), 0);
  EXPECT_FALSE(read(file)->by_link);
  EXPECT_TRUE(read(root_.path("link"))->by_link);
  EXPECT_FALSE(read(root_.path("above/f"))->by_link);
}

TEST_F(SystemFilesTest, judges_the_directory_that_links_lead_to) {
  const auto real = root_.directory("real", 0711);
  const auto file = root_.file("real/f", "x");
  const auto here = root_.directory("here", 0755);
  ASSERT_EQ(::symlink("../real/f", root_.path("here/link").c_str()), 0);
  const auto content = read(root_.path("here/link"));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->directory.mode, 0711U);
}

TEST_F(SystemFilesTest, knows_memory_from_disk) {
  const auto content = read("/proc/self/status", 100'000);
  ASSERT_TRUE(content);
  EXPECT_FALSE(content->file.memory_backed);
  const Descriptor memory{::memfd_create("m", MFD_CLOEXEC)};
  const auto path = "/proc/self/fd/" + std::to_string(memory.get());
  const auto in_memory = read(path);
  ASSERT_TRUE(in_memory);
  EXPECT_TRUE(in_memory->file.memory_backed);
}

TEST_F(SystemFilesTest, gives_the_reason_of_the_system) {
  const Error error = read(root_.path("none")).error();
  EXPECT_EQ(error.code, Code::manifest_unreadable);
  EXPECT_THAT(error.message, HasSubstr("No such file"));
}

TEST_F(SystemFilesTest, refuses_directories_and_devices) {
  EXPECT_THAT(read(root_.path()).error().message, HasSubstr("is a directory"));
  EXPECT_THAT(read("/dev/zero").error().message, HasSubstr("neither a file nor a pipe"));
}

TEST_F(SystemFilesTest, waits_for_the_writer_of_a_pipe_to_come_and_to_close) {
  const auto path = root_.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer{[&] {
    const Descriptor end{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    EXPECT_EQ(::write(end.get(), "abc", 3), 3);
    EXPECT_EQ(::write(end.get(), "def", 3), 3);
  }};
  const auto content = read(path);
  writer.join();
  ASSERT_TRUE(content);
  EXPECT_EQ(content->bytes.reveal(), "abcdef");
  EXPECT_FALSE(content->file.regular);
}

TEST_F(SystemFilesTest, gives_up_on_a_pipe_without_a_writer_at_the_deadline) {
  const auto path = root_.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read(path, 1000, Milliseconds{20}).error().code, Code::deadline);
}

TEST_F(SystemFilesTest, gives_up_on_a_writer_that_never_closes) {
  const auto path = root_.path("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const Descriptor end{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
  ASSERT_EQ(::write(end.get(), "abc", 3), 3);
  EXPECT_EQ(read(path, 1000, Milliseconds{20}).error().code, Code::deadline);
}

TEST_F(SystemFilesTest, does_not_take_a_closed_standard_input_for_an_empty_file) {
  inherited_.standard_was_closed[0] = true;
  EXPECT_EQ(read("-").error().code, Code::manifest_unreadable);
}

TEST_F(SystemFilesTest, sees_what_exists) {
  EXPECT_TRUE(files_.exists(root_.path()));
  EXPECT_FALSE(files_.exists(root_.path("none")));
  EXPECT_FALSE(files_.exists(root_.file("f", "") + "/below"));
}

TEST(InheritedDescriptor, is_recognised_by_its_path) {
  EXPECT_TRUE(names_inherited_descriptor("-"));
  EXPECT_TRUE(names_inherited_descriptor("/dev/stdin"));
  EXPECT_TRUE(names_inherited_descriptor("/dev/fd/63"));
  EXPECT_TRUE(names_inherited_descriptor("/proc/self/fd/7"));
  for (const char* path : {"/dev/shm/kvlaunch.yaml", "/dev/fd/../../tmp/evil.yaml", "/dev/fd/",
                           "/dev/fd/7/x", "/proc/self/fd/7/../../cwd/x", "/dev/fd/+7"}) {
    EXPECT_FALSE(names_inherited_descriptor(path)) << path;
  }
}

TEST_F(SystemFilesTest, lists_the_names_in_a_directory_in_order) {
  const auto directory = root_.directory("d");
  std::ignore = root_.file("d/b", "");
  std::ignore = root_.file("d/.a", "");
  std::ignore = root_.directory("d/c");
  const auto names = files_.list(directory, 3);
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, testing::ElementsAre(".a", "b", "c"));
}

TEST_F(SystemFilesTest, lists_nothing_where_there_is_no_directory) {
  const auto names = files_.list(root_.path("none"), 3);
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, testing::IsEmpty());
}

TEST_F(SystemFilesTest, lists_no_more_than_it_is_told) {
  std::ignore = root_.file("a", "");
  std::ignore = root_.file("b", "");
  EXPECT_EQ(files_.list(root_.path(), 1).error().code, Code::manifest_too_large);
}

TEST_F(SystemFilesTest, says_why_a_directory_cannot_be_listed) {
  const auto names = files_.list(root_.file("f", ""), 3);
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().code, Code::manifest_unreadable);
  EXPECT_THAT(names.error().message, HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace kvlaunch
