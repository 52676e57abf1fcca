// The smallest launcher: the process code, Poco linked in for its SIGPIPE trap, and on purpose
// every mess that work may leave behind. Takes the same command line as `kvlaunch run`.
//
//   exec_probe_driver run [-m FILE] [-e NAME=VALUE]... [--helper SCRIPT] [--grow BYTES]
//                     [--from-thread] -- COMMAND [ARG...]
// -m is read to its end (and forgotten), --helper runs on a second thread, --grow adds a variable
// of that many bytes, --from-thread tries to become the target on the wrong thread.
#include <Poco/Thread.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <thread>

#include "launcher/base/environment.hpp"
#include "launcher/process/command_runner.hpp"
#include "launcher/process/descriptors.hpp"
#include "launcher/process/exec.hpp"
#include "launcher/process/signals.hpp"
#include "launcher/process/system_files.hpp"

namespace kvlaunch {
namespace {

struct Options {
  std::string manifest;
  std::string helper;
  std::vector<std::string> variables;
  bool from_thread = false;
  std::vector<std::string> command;
};

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  std::size_t at = 1;
  for (; at < arguments.size() && arguments[at] != "--"; ++at) {
    if (arguments[at] == "-m") options.manifest = arguments.at(++at);
    if (arguments[at] == "-e") options.variables.push_back(arguments.at(++at));
    if (arguments[at] == "--helper") options.helper = arguments.at(++at);
    if (arguments[at] == "--grow") {
      options.variables.push_back("GROWN=" + std::string(std::stoul(arguments.at(++at)), 'x'));
    }
    if (arguments[at] == "--from-thread") options.from_thread = true;
  }
  for (++at; at < arguments.size(); ++at) options.command.push_back(arguments[at]);
  return options;
}

int report(const Error& error) {
  std::fprintf(stderr, "kvlaunch: error: %s\n", error.message.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "kvlaunch: hint: %s\n", error.hint.c_str());
  return static_cast<int>(exit_class_of(error.code));
}

void run_on_thread(const std::function<void()>& work) {
  std::thread thread{[&work] {
    block_all_signals();
    work();
  }};
  thread.join();
}

// Descriptors that are not CLOEXEC, low and high, and a SIGPIPE that stays pending.
void leave_a_mess() {
  const int low = ::open("/dev/zero", O_RDONLY);
  ::fcntl(low, F_DUPFD, 700);  // in vain where fewer are allowed
  int pipe_ends[2] = {-1, -1};
  if (::pipe(pipe_ends) != 0) return;
  ::close(pipe_ends[0]);
  if (::write(pipe_ends[1], "x", 1) >= 0) std::fputs("the pipe was not broken\n", stderr);
}

Result<void> work(const Options& options, const InheritedState& inherited) {
  const SystemClock clock;
  const Deadline deadline = Deadline::in(clock, Milliseconds{60'000});
  if (!options.manifest.empty()) {
    SystemFiles files{clock, inherited};
    auto content = files.read(options.manifest, 1024 * 1024, deadline);
    if (!content) return std::move(content).errors();
  }
  leave_a_mess();
  CommandRequest request;
  request.arguments = {"/bin/sh", "-c", options.helper.empty() ? "echo" : options.helper};
  request.timeout = Milliseconds{60'000};
  int exit_code = -1;
  run_on_thread([&] {
    const auto result = SystemCommandRunner{clock}.run(request, deadline);
    if (result) exit_code = result->exit_code;
  });
  if (exit_code != 0) return Error{.message = "the helper's exit status is lost"};
  return {};
}

Error start(const Options& options, const Target& target, const Environment& environment) {
  std::vector<char*> block;
  for (const std::string& entry : environment.entries()) {
    block.push_back(const_cast<char*>(entry.c_str()));
  }
  block.push_back(nullptr);
  Error error;
  const auto attempt = [&] { error = become(target, block.data(), inherited_state()); };
  if (options.from_thread) {
    run_on_thread(attempt);
  } else {
    attempt();
  }
  return error;
}

int run(const Options& options, Environment environment) {
  if (runs_privileged()) return report(Error{.code = Code::at_secure, .message = "set-uid"});
  const InheritedState& inherited = inherited_state();
  end_on_termination_signals(inherited);
  harden_process();
  for (const std::string& variable : options.variables) {
    const std::size_t equals = variable.find('=');
    environment.set(variable.substr(0, equals), variable.substr(equals + 1));
  }
  const auto target = find_target(options.command, environment.get("PATH"));
  if (!target) return report(target.error());
  const auto done = work(options, inherited);
  if (!done) return report(done.error());
  return report(start(options, *target, environment));
}

}  // namespace
}  // namespace kvlaunch

int main(int argc, char** argv) {
  // Keeps the library, whose constructors block SIGPIPE, in the program.
  const Poco::Thread thread;
  return kvlaunch::run(kvlaunch::parse({argv + 1, argv + argc}),
                       kvlaunch::Environment::from_block(environ));
}
