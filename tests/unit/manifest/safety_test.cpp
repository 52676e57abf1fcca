#include "tests/unit/manifest/loading.hpp"

namespace kvlaunch::test {
namespace {

constexpr uid_t user = 1000;
constexpr uid_t stranger = 4711;

// What loading a manifest of this file and directory says: "" when it is accepted.
std::string verdict(FileStatus file, FileStatus directory, Owner owner, bool found = false) {
  Desk desk;
  desk.owner = owner;
  desk.request.found_in_working_directory = found;
  file.regular = true;
  desk.world.files.put("main.yaml", "version: 1\n", file, directory);
  const Errors errors = desk.errors();
  return errors.empty() ? "" : std::string{name_of(errors.front().code)};
}

constexpr FileStatus rooted{.mode = 0644};
constexpr FileStatus root_directory{.mode = 0755};
constexpr Owner plain_user{.effective_user = user, .effective_group = user};
constexpr Owner private_group{
    .effective_user = user, .effective_group = user, .group_is_private = true};
constexpr Owner root{};

TEST(FileSafety, accepts_files_of_root_and_of_the_user) {
  EXPECT_EQ(verdict(rooted, root_directory, plain_user), "");
  EXPECT_EQ(verdict({.owner = user, .mode = 0600}, {.owner = user, .mode = 0700}, plain_user), "");
}

TEST(FileSafety, refuses_files_of_others) {
  EXPECT_EQ(verdict({.owner = stranger, .mode = 0644}, root_directory, plain_user),
            "manifest-unsafe");
  EXPECT_EQ(verdict({.owner = user, .mode = 0644}, root_directory, root), "manifest-unsafe");
}

TEST(FileSafety, refuses_files_that_everybody_may_write) {
  EXPECT_EQ(verdict({.owner = user, .mode = 0646}, root_directory, plain_user), "manifest-unsafe");
}

TEST(FileSafety, accepts_a_group_only_if_it_is_the_users_own) {
  const FileStatus shared{.owner = user, .group = user, .mode = 0664};
  EXPECT_EQ(verdict(shared, root_directory, private_group), "");
  EXPECT_EQ(verdict(shared, root_directory, plain_user), "manifest-unsafe");
  EXPECT_EQ(verdict({.owner = user, .group = 50, .mode = 0664}, root_directory, private_group),
            "manifest-unsafe");
}

TEST(FileSafety, accepts_no_group_as_root) {
  EXPECT_EQ(verdict({.mode = 0664}, root_directory,
                    Owner{.effective_user = 0, .effective_group = 0, .group_is_private = true}),
            "manifest-unsafe");
}

TEST(FileSafety, judges_the_directory_as_well) {
  EXPECT_EQ(verdict(rooted, {.mode = 0777}, plain_user), "manifest-unsafe");
  EXPECT_EQ(verdict(rooted, {.owner = stranger, .mode = 0755}, plain_user), "manifest-unsafe");
  EXPECT_EQ(verdict(rooted, {.mode = 0775}, root), "manifest-unsafe");
}

TEST(FileSafety, accepts_a_sticky_directory) {
  EXPECT_EQ(verdict({.owner = user, .mode = 0600}, {.mode = 01777}, plain_user), "");
}

TEST(FileSafety, accepts_what_stands_on_a_read_only_mount) {
  EXPECT_EQ(verdict({.owner = stranger, .mode = 0666, .read_only_mount = true}, {.mode = 0777},
                    plain_user),
            "");
  EXPECT_EQ(verdict(rooted, {.mode = 0777, .read_only_mount = true}, plain_user), "");
}

TEST(FileSafety, wants_a_found_manifest_to_be_the_users_own) {
  EXPECT_EQ(verdict(rooted, root_directory, plain_user, true), "manifest-unsafe");
  EXPECT_EQ(verdict({.owner = user, .mode = 0644}, root_directory, plain_user, true), "");
}

TEST(FileSafety, gives_way_to_the_flag) {
  Desk desk;
  desk.request.allow_unsafe = true;
  desk.world.files.put("main.yaml", "version: 1\n", FileStatus{.owner = stranger, .mode = 0666});
  EXPECT_EQ(desk.problems(), Lines{});
}

TEST(FileSafety, does_not_judge_standard_input_and_descriptors) {
  for (const char* path : {"-", "/dev/fd/63", "/proc/self/fd/7"}) {
    Desk desk;
    desk.request.files = {path};
    desk.world.files.put(path, "version: 1\n", FileStatus{.owner = stranger, .mode = 0666});
    EXPECT_EQ(desk.problems(), Lines{}) << path;
  }
}

TEST(FileSafety, judges_what_only_begins_like_a_descriptor) {
  const char* path = "/dev/fd/../../tmp/main.yaml";
  Desk desk;
  desk.request.files = {path};
  desk.world.files.put(path, "version: 1\n", FileStatus{.owner = stranger, .mode = 0666});
  EXPECT_EQ(desk.problems(), Lines{"manifest-unsafe 0:0"});
}

TEST(FileSafety, judges_includes_and_env_files) {
  Desk desk{"include: [ a.yaml ]\n"};
  desk.request.env_files = {".env"};
  desk.world.files.put("a.yaml", "version: 1\n", FileStatus{.owner = stranger, .mode = 0644});
  desk.world.files.put(".env", "A=b\n", FileStatus{.owner = user, .mode = 0666});
  const Errors errors = desk.errors();
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].location->file, "a.yaml");
  EXPECT_EQ(errors[1].location->file, ".env");
}

TEST(FileSafety, reads_nothing_of_a_file_that_it_refuses) {
  Desk desk;
  desk.world.files.put("main.yaml", "zzz: 1\n", FileStatus{.owner = stranger, .mode = 0644});
  EXPECT_EQ(desk.problems(), Lines{"manifest-unsafe 0:0"});
}

}  // namespace
}  // namespace kvlaunch::test
