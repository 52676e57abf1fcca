// Builds the world and maps every outcome to an exit code.
#include <unistd.h>

#include <exception>
#include <new>

#include "launcher/cli/commands.hpp"
#include "launcher/cli/read_once_files.hpp"
#include "launcher/cli/standard_output.hpp"
#include "launcher/kerberos/ticket_negotiator.hpp"
#include "launcher/network/loopback.hpp"
#include "launcher/network/shortage.hpp"
#include "launcher/network/transport.hpp"
#include "launcher/process/command_runner.hpp"
#include "launcher/process/exec.hpp"
#include "launcher/process/owner.hpp"
#include "launcher/process/signals.hpp"
#include "launcher/process/system_files.hpp"

extern char** environ;

namespace kvlaunch {
namespace {

int dispatch(Session& session) {
  switch (session.invocation.command) {
    case Command::run:
      return run_command(session);
    case Command::check:
      return check_command(session);
    case Command::explain:
      return explain_command(session);
    case Command::get:
      return get_command(session);
    case Command::token:
      return token_command(session);
    case Command::doctor:
      return doctor_command(session);
    case Command::version:
      return write_to_standard_output(session.report, "kvlaunch " KVLAUNCH_VERSION "\n");
    case Command::help:
      return write_to_standard_output(session.report, usage_text());
  }
  return static_cast<int>(ExitClass::internal);
}

int run_kvlaunch(const std::vector<std::string>& arguments, const Environment& environment,
                 Report& report) {
  SystemClock clock;
  const SteadyTime started = clock.steady();
  report.set(log_format_wanted(arguments, environment));
  std::vector<std::string> warnings;
  const auto invocation = read_invocation(arguments, environment, warnings);
  if (!invocation) return report.fail(invocation.errors());
  const auto verbosity = invocation->quiet     ? Verbosity::quiet
                         : invocation->verbose ? Verbosity::verbose
                                               : Verbosity::normal;
  report.set(verbosity);
  // Until the manifest is read. What looked like --log-format may have been the target's.
  report.set(invocation->options.log_format.value_or(LogFormat::text));
  for (const std::string& warning : warnings) report.warn(warning, "");

  SystemRandomness randomness;
  SystemFiles files{clock, inherited_state()};
  ReadOnceFiles manifest_files{files};
  SystemCommandRunner commands{clock};
  const auto negotiator = make_ticket_negotiator();
  SystemLoopback loopback{clock};
  Session session{
      .invocation = *invocation,
      .inherited = inherited_state(),
      .environment = environment,
      .clock = clock,
      .randomness = randomness,
      .files = files,
      .manifest_files = manifest_files,
      .commands = commands,
      .negotiator = *negotiator,
      .report = report,
      .loopback = loopback,
      .owner = current_owner(),
      .started = started,
      .connect = [&](const Settings& settings) {
        return make_transport(TransportSettings{environment, settings.ca_file}, clock, report);
      }};
  return dispatch(session);
}

int run_reported(const std::vector<std::string>& arguments) {
  Report report;
  // Before anything else is read: under AT_SECURE the invoker's environment is not to be trusted.
  if (runs_privileged()) {
    return report.fail(
        {Error{.code = Code::at_secure,
               .message = "kvlaunch refuses to run set-uid, set-gid or with file "
                          "capabilities",
               .hint = "give the privilege to the target, or run kvlaunch as that user"}});
  }
  harden_process();
  network::watch_openssl_memory();
  end_on_termination_signals(inherited_state());
  try {
    return run_kvlaunch(arguments, Environment::from_block(environ), report);
  } catch (const std::bad_alloc&) {
    return report.fail({Error{.code = Code::out_of_memory, .message = "out of memory"}});
  } catch (const std::exception&) {
    // Its text is a library's and may hold anything.
    return report.fail(
        {Error{.code = Code::internal, .message = "kvlaunch met a failure it does not know"}});
  }
}

// Where not even a report can be made.
int end_without_report() {
  constexpr std::string_view text = "kvlaunch: error: kvlaunch cannot report what failed\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
  return static_cast<int>(ExitClass::internal);
}

}  // namespace
}  // namespace kvlaunch

int main(int argc, char** argv) {
  try {
    return kvlaunch::run_reported({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception&) {
    return kvlaunch::end_without_report();
  }
}
