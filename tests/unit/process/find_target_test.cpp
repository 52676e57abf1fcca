#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "launcher/process/exec.hpp"
#include "tests/unit/process/temporary_directory.hpp"

namespace kvlaunch {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

constexpr std::string_view script = "#!/bin/sh\n";

struct Outcome {
  std::string path;
  Error error;
};

Outcome search(const std::string& name, std::optional<std::string_view> path_variable) {
  const auto result = find_target({name}, path_variable);
  if (result) return {result->path, {}};
  return {"", result.error()};
}

// The first bytes of a program for `machine`, enough to be told apart.
std::string elf_for(Elf64_Half machine, unsigned char elf_class = ELFCLASS64) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = elf_class;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_EXEC;
  header.e_machine = machine;
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

// A program for this machine (as /bin/sh says) that wants the loader `name`.
std::string elf_with_loader(std::string_view name) {
  Elf64_Ehdr header{};
  std::ifstream shell{"/bin/sh", std::ios::binary};
  shell.read(reinterpret_cast<char*>(&header), sizeof header);
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_INTERP;
  segment.p_offset = sizeof header + sizeof segment;
  segment.p_filesz = name.size() + 1;
  std::string bytes{reinterpret_cast<const char*>(&header), sizeof header};
  bytes.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  return bytes.append(name).append(1, '\0');
}

TEST(FindTarget, takes_the_first_executable_in_the_order_of_the_path) {
  const TemporaryDirectory root;
  const std::string first = root.directory("first");
  const std::string second = root.directory("second");
  const auto program = root.file("second/tool", script, 0755);
  EXPECT_EQ(search("tool", first + ":" + second).path, program);
  const auto earlier = root.file("first/tool", script, 0755);
  EXPECT_EQ(search("tool", first + ":" + second).path, earlier);
}

TEST(FindTarget, keeps_the_arguments_and_the_name_as_typed) {
  const auto target = find_target({"sh", "-c", ""}, "/bin");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/bin/sh");
  EXPECT_EQ(target->arguments, (std::vector<std::string>{"sh", "-c", ""}));
}

TEST(FindTarget, searches_bin_and_usr_bin_when_path_is_unset) {
  EXPECT_EQ(search("sh", std::nullopt).path, "/bin/sh");
}

TEST(FindTarget, takes_an_empty_element_for_the_working_directory) {
  const TemporaryDirectory root;
  const auto program = root.file("kvlaunch-unit-tool", script, 0755);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(root.path());
  EXPECT_EQ(search("kvlaunch-unit-tool", "/bin:").path, "kvlaunch-unit-tool");
  EXPECT_EQ(search("kvlaunch-unit-tool", "").path, "kvlaunch-unit-tool");
  EXPECT_THAT(search("kvlaunch-unit-tool", "/bin").error.hint, HasSubstr("./kvlaunch-unit-tool"));
  std::filesystem::current_path(before);
}

TEST(FindTarget, goes_on_past_a_file_that_may_not_be_executed) {
  const TemporaryDirectory root;
  const std::string first = root.directory("first");
  const std::string second = root.directory("second");
  const auto closed = root.file("first/tool", script, 0644);
  EXPECT_EQ(search("tool", first + ":" + second).error.code, Code::target_not_executable);
  EXPECT_EQ(search("tool", first + ":" + second).error.hint, "chmod +x " + closed);
  const auto program = root.file("second/tool", script, 0755);
  EXPECT_EQ(search("tool", first + ":" + second).path, program);
}

TEST(FindTarget, goes_on_past_a_directory_and_past_an_element_that_is_a_file) {
  const TemporaryDirectory root;
  const std::string first = root.directory("first");
  const std::string inner = root.directory("first/sh");
  const std::string file = root.file("file", "");
  EXPECT_EQ(search("sh", first + ":" + file + ":/bin").path, "/bin/sh");
  EXPECT_THAT(search(inner, "/bin").error.message, HasSubstr("is a directory"));
  EXPECT_EQ(search(inner, "/bin").error.code, Code::target_not_executable);
}

TEST(FindTarget, says_what_it_searched_when_there_is_nothing) {
  const Error error = search("kvlaunch-no-such-program", "/bin:/usr/bin").error;
  EXPECT_EQ(error.code, Code::target_not_found);
  EXPECT_THAT(error.hint, HasSubstr("/bin:/usr/bin"));
}

TEST(FindTarget, suspects_quotes_around_a_whole_command) {
  EXPECT_THAT(search("node server.js", "/bin").error.hint, HasSubstr("without quotes"));
}

TEST(FindTarget, refuses_an_empty_name) {
  EXPECT_EQ(search("", "/bin").error.code, Code::target_not_found);
  EXPECT_EQ(find_target({}, "/bin").error().code, Code::target_not_found);
}

TEST(FindTarget, does_not_search_for_a_name_with_a_slash) {
  const Error error = search("no/such", "/bin").error;
  EXPECT_EQ(error.code, Code::target_not_found);
  EXPECT_THAT(error.hint, HasSubstr("working directory"));
}

TEST(FindTarget, refuses_a_script_without_an_interpreter_line) {
  const TemporaryDirectory root;
  const Error error = search(root.file("tool", "echo hello\n", 0755), "/bin").error;
  EXPECT_EQ(error.code, Code::target_not_executable);
  EXPECT_THAT(error.hint, HasSubstr("#!/bin/sh"));
}

TEST(FindTarget, names_an_interpreter_that_does_not_exist) {
  const TemporaryDirectory root;
  const Error error = search(root.file("tool", "#! /no/such/python3 -u\n", 0755), "/bin").error;
  EXPECT_EQ(error.code, Code::target_not_found);
  EXPECT_THAT(error.message, HasSubstr("/no/such/python3 that"));
}

TEST(FindTarget, goes_on_past_a_script_whose_interpreter_is_missing) {
  const TemporaryDirectory root;
  const auto broken = root.file("sh", "#!/no/such\n", 0755);
  EXPECT_EQ(search("sh", root.path() + ":/bin").path, "/bin/sh");
}

TEST(FindTarget, follows_interpreters_that_are_scripts_as_far_as_the_kernel_does) {
  const TemporaryDirectory root;
  std::string interpreter = "/bin/sh";
  for (int level = 1; level <= 4; ++level) {
    interpreter = root.file(std::to_string(level), "#!" + interpreter + "\n", 0755);
  }
  EXPECT_EQ(search(interpreter, "").path, interpreter);
  interpreter = root.file("5", "#!" + interpreter + "\n", 0755);
  EXPECT_THAT(search(interpreter, "").error.message, HasSubstr("interpreters"));
}

TEST(FindTarget, recognises_windows_line_ends_and_byte_order_marks) {
  const TemporaryDirectory root;
  EXPECT_THAT(search(root.file("crlf", "#!/bin/sh\r\n", 0755), "").error.hint, HasSubstr("sed"));
  EXPECT_THAT(search(root.file("bom", "\xEF\xBB\xBF#!/bin/sh\n", 0755), "").error.message,
              HasSubstr("byte order mark"));
}

TEST(FindTarget, refuses_an_interpreter_line_that_names_nothing_or_has_no_end) {
  const TemporaryDirectory root;
  EXPECT_THAT(search(root.file("nothing", "#! \t\n", 0755), "").error.message,
              HasSubstr("no usable interpreter"));
  EXPECT_THAT(
      search(root.file("long", "#!" + std::string(300, 'x') + "\n", 0755), "").error.message,
      HasSubstr("no usable interpreter"));
}

TEST(FindTarget, names_a_loader_that_does_not_exist) {
  const TemporaryDirectory root;
  const auto program = root.file("tool", elf_with_loader("/lib/ld-musl-none.so.1"), 0755);
  const Error error = search(program, "").error;
  EXPECT_EQ(error.code, Code::target_not_found);
  EXPECT_THAT(error.message, HasSubstr("/lib/ld-musl-none.so.1"));
  EXPECT_THAT(error.hint, HasSubstr("C library"));
}

TEST(FindTarget, refuses_a_program_that_is_cut_off_and_an_empty_file) {
  const TemporaryDirectory root;
  const auto whole = elf_with_loader("/lib/loader");
  EXPECT_THAT(search(root.file("cut", whole.substr(0, 70), 0755), "").error.message,
              HasSubstr("not a complete program"));
  EXPECT_THAT(search(root.file("empty", "", 0755), "").error.message, HasSubstr("is empty"));
}

// binfmt_misc, where the kernel has it, might run such programs after all.
TEST(FindTarget, leaves_a_32_bit_program_to_the_kernel) {
  const TemporaryDirectory root;
  const auto program = root.file("tool", elf_for(EM_386, ELFCLASS32), 0755);
  EXPECT_EQ(search(program, "").path, program);
}

}  // namespace
}  // namespace kvlaunch
