// The program from outside: commands, signals, exit codes, what it prints and what it leaves.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "launcher/base/descriptor.hpp"

namespace devvault {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// A running devvault, or another program; its standard output and error come through pipes.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments,
                   const std::vector<std::string>& environment = {},
                   const std::string& path = DEVVAULT_PROGRAM) {
    arguments.insert(arguments.begin(), path);
    std::array<int, 2> output{};
    std::array<int, 2> errors{};
    EXPECT_EQ(pipe2(output.data(), O_CLOEXEC) + pipe2(errors.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
    std::vector<std::string> variables = environment;
    variables.emplace_back("PATH=/usr/bin:/bin");
    EXPECT_EQ(posix_spawn(&id_, path.c_str(), &actions, nullptr, pointers(arguments).data(),
                          pointers(variables).data()),
              0);
    posix_spawn_file_actions_destroy(&actions);
    output_ = kvlaunch::Descriptor{output[0]};
    errors_ = kvlaunch::Descriptor{errors[0]};
    close(output[1]);
    close(errors[1]);
  }

  ~Program() {
    if (id_ > 0) {
      kill(id_, SIGKILL);
      waitpid(id_, nullptr, 0);
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Standard output up to and including `end`, or all of it if that never comes.
  std::string output_until(const std::string& end) { return read_until(output_, end); }
  std::string rest_of_output() { return read_until(output_, std::string{"\0", 1}); }
  std::string rest_of_errors() { return read_until(errors_, std::string{"\0", 1}); }
  void send(int signal) const { kill(id_, signal); }
  int exit_code() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }

  static std::string read_until(const kvlaunch::Descriptor& from, const std::string& end) {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && read(from.get(), &byte, 1) == 1) text += byte;
    return text;
  }

  pid_t id_ = 0;
  kvlaunch::Descriptor output_;
  kvlaunch::Descriptor errors_;
};

std::string value_in(const std::string& lines, const std::string& name) {
  const std::string start = "export " + name + "='";
  const std::size_t at = lines.find(start);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + start.size();
  return lines.substr(begin, lines.find('\'', begin) - begin);
}

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

TEST(Program, passes_on_the_exit_code_and_the_output_of_its_command) {
  Program program{{"--", "sh", "-c", "echo out; exit 7"}};
  EXPECT_EQ(program.rest_of_output(), "out\n");
  EXPECT_EQ(program.rest_of_errors(), "");
  EXPECT_EQ(program.exit_code(), 7);
}

TEST(Program, says_by_which_signal_its_command_died) {
  Program program{{"--", "sh", "-c", "kill -KILL $$"}};
  EXPECT_EQ(program.exit_code(), 128 + SIGKILL);
}

TEST(Program, knows_a_command_that_is_not_there_or_cannot_run) {
  Program missing{{"--", "/nonexistent/program"}};
  EXPECT_EQ(missing.exit_code(), 127);
  EXPECT_THAT(missing.rest_of_errors(), StartsWith("devvault: error: "));
  Program directory{{"--", "/usr"}};
  EXPECT_EQ(directory.exit_code(), 126);
}

TEST(Program, passes_signals_on_to_its_command) {
  for (const auto& [name, signal] :
       {std::pair{"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}}) {
    const std::string script =
        std::string{"trap 'echo got; exit 5' "} + name + "; echo up; while :; do sleep 0.01; done";
    Program program{{"--", "sh", "-c", script}};
    EXPECT_EQ(program.output_until("up\n"), "up\n");
    program.send(signal);
    EXPECT_EQ(program.rest_of_output(), "got\n") << name;
    EXPECT_EQ(program.exit_code(), 5) << name;
  }
}

TEST(Program, runs_its_command_with_the_signals_and_descriptors_it_was_given) {
  // exec: a shell that starts a child blocks every signal of its own for that moment.
  const std::string script = "ls /proc/self/fd; exec grep -E '^Sig(Blk|Ign)' /proc/self/status";
  Program with{{"--", "sh", "-c", script}};
  Program without{{"-c", script}, {}, "/bin/sh"};
  EXPECT_EQ(with.rest_of_output(), without.rest_of_output());
}

TEST(Program, replaces_the_inherited_identity_and_proxy) {
  Program program{{"--", "env"},
                  {"AZURE_CLIENT_CERTIFICATE_PATH=/x", "https_proxy=http://x", "OTHER=kept"}};
  const std::string environment = program.rest_of_output();
  EXPECT_THAT(environment, AllOf(HasSubstr("OTHER=kept\n"), HasSubstr("AZURE_CLIENT_ID="),
                                 HasSubstr("https_proxy=http://127.0.0.1:")));
  EXPECT_THAT(environment, testing::Not(HasSubstr("AZURE_CLIENT_CERTIFICATE_PATH")));
}

TEST(Program, prints_exports_and_ready_and_removes_its_files_when_stopped) {
  Program program{{}};
  const std::string lines = program.output_until("ready\n");
  EXPECT_THAT(lines,
              AllOf(StartsWith("export HTTPS_PROXY='http://127.0.0.1:"), EndsWith("ready\n")));
  const std::string authority = value_in(lines, "SSL_CERT_FILE");
  EXPECT_TRUE(exists(authority));
  program.send(SIGTERM);
  EXPECT_EQ(program.exit_code(), 0);
  EXPECT_FALSE(exists(authority));
  EXPECT_FALSE(exists(authority.substr(0, authority.rfind('/'))));
}

TEST(Program, removes_its_files_whatever_ends_it) {
  for (const int signal : {SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR}) {
    Program program{{}};
    const std::string authority = value_in(program.output_until("ready\n"), "SSL_CERT_FILE");
    EXPECT_TRUE(exists(authority));
    program.send(signal);
    EXPECT_EQ(program.exit_code(), 0) << signal;
    EXPECT_FALSE(exists(authority)) << signal;
  }
}

TEST(Program, says_once_that_its_journal_misses_lines) {
  Program program{
      {"--journal", "/dev/full", "--", "python3", "-c",
       "import os, urllib.request as r\n"
       "for i in range(2):\n"
       "  try: r.build_opener(r.ProxyHandler({})).open(os.environ['HTTP_PROXY'] + '/x')\n"
       "  except r.HTTPError: pass\n"}};
  EXPECT_EQ(program.exit_code(), 0);
  EXPECT_THAT(program.rest_of_errors(),
              AllOf(StartsWith("devvault: error: cannot write the journal /dev/full: No space"),
                    EndsWith("GET /devvault/journal has the last 10,000\n")));
}

TEST(Program, asks_for_dashes_before_a_command) {
  Program program{{"sh", "-c", "echo no dashes"}};
  EXPECT_EQ(program.exit_code(), 78);
  EXPECT_EQ(program.rest_of_errors(),
            "devvault: error: 'sh' stands where no word is expected\n"
            "devvault: hint: put -- before the command: devvault [OPTIONS] -- sh\n");
}

TEST(Program, says_which_ports_there_are) {
  Program program{{"--port", "99999"}};
  EXPECT_EQ(program.exit_code(), 78);
  EXPECT_THAT(program.rest_of_errors(), HasSubstr("error: --port is a number from 0 to 65535\n"));
}

TEST(Program, hints_at_inherited_variables_that_the_exports_do_not_replace) {
  Program program{{}, {"ALL_PROXY=socks5://x"}};
  program.output_until("ready\n");
  program.send(SIGINT);
  EXPECT_EQ(program.exit_code(), 0);
  EXPECT_EQ(program.rest_of_errors(),
            "devvault: hint: these are set here and lead elsewhere: unset ALL_PROXY\n");
}

TEST(Program, refuses_to_start_with_78_for_what_the_user_can_mend) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--bogus"},
                                                    {"-f", "/nonexistent.yaml"},
                                                    {"--as", "nobody"},
                                                    {"--listen", "8.8.8.8"},
                                                    {"--journal", "/nonexistent/journal"}}) {
    Program program{arguments};
    EXPECT_EQ(program.exit_code(), 78) << arguments.front();
    EXPECT_THAT(program.rest_of_errors(),
                AllOf(StartsWith("devvault: error: "), HasSubstr("\ndevvault: hint: ")))
        << arguments.front();
  }
}

}  // namespace
}  // namespace devvault
