// devvault from the command line to the exit code.
//
// The order matters: everything that can be wrong is found first; then ports, keys and files come
// to be; then the command is forked, while there is still one thread; then the server starts.
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "devvault/azure.hpp"
#include "devvault/client_settings.hpp"
#include "devvault/command.hpp"
#include "devvault/listening.hpp"
#include "devvault/node_endpoints.hpp"
#include "devvault/options.hpp"
#include "devvault/report.hpp"
#include "devvault/scratch_directory.hpp"
#include "devvault/server.hpp"
#include "devvault/trust_files.hpp"
#include "launcher/base/base64.hpp"
#include "launcher/base/clock.hpp"
#include "launcher/process/system_files.hpp"

namespace devvault {
namespace {

using kvlaunch::Code;
using kvlaunch::Error;
using kvlaunch::ExitClass;
using kvlaunch::Result;

constexpr std::size_t max_config_bytes = 1024 * 1024;
constexpr Milliseconds config_patience{10'000};

WallTime system_now() {
  return kvlaunch::SystemClock{}.wall();
}

int fail(const kvlaunch::Errors& errors) {
  report(errors);
  return static_cast<int>(kvlaunch::most_lasting(errors));
}

Result<Config> load_config(const Options& options, kvlaunch::Files& files,
                           const kvlaunch::Clock& clock) {
  Result<Config> config = default_config();
  if (!options.config_file.empty()) {
    auto content = files.read(options.config_file, max_config_bytes,
                              kvlaunch::Deadline::in(clock, config_patience));
    if (!content) {
      Error error = content.error();
      error.location = kvlaunch::Location{.file = options.config_file};
      return error;
    }
    config = parse_config(options.config_file, std::string{content->bytes.reveal()}, clock.wall());
    if (!config) return config;
  }
  if (options.identity.empty()) return config;
  if (!config->identities.contains(options.identity)) {
    std::string names;
    for (const std::string& name : config->identity_order) names += " " + name;
    return Error{.code = Code::usage,
                 .message = "--as names no identity of the file: " + options.identity,
                 .hint = names.empty() ? "the file has no identities" : "there are:" + names};
  }
  config->default_identity = options.identity;
  return config;
}

const Identity* chosen_identity(const Config& config) {
  std::string name = config.default_identity;
  if (name.empty() && !config.identity_order.empty()) name = config.identity_order.front();
  const auto found = config.identities.find(name);
  return found == config.identities.end() ? nullptr : &found->second;
}

std::string basic_authorization(const Options& options) {
  if (options.proxy_user.empty()) return {};
  const std::string plain = options.proxy_user + ":" + options.proxy_password;
  return "Basic " + kvlaunch::base64_encode(plain, kvlaunch::Base64::standard);
}

// Opens every port; fills in what clients need to know of them.
Result<void> open_doors(const Options& options, Server& server, Places& places) {
  auto proxy = listen_on(options.listen, options.port);
  if (!proxy) return proxy.errors();
  const bool everywhere = options.listen == "0.0.0.0" || options.listen == "::";
  if (!everywhere) places.host = options.listen;
  places.port = port_of(*proxy);
  server.add(std::move(*proxy), Entrance::proxy);
  if (options.tls_proxy) {
    auto tls_proxy = listen_on("127.0.0.1", 0);
    if (!tls_proxy) return tls_proxy.errors();
    places.tls_proxy_port = port_of(*tls_proxy);
    server.add(std::move(*tls_proxy), Entrance::tls_proxy);
  }
  for (const Authority& place : options.listen_tls) {
    auto direct = listen_on(place.host, place.port);
    if (!direct) return direct.errors();
    server.add(std::move(*direct), Entrance::azure_tls);
  }
  return {};
}

// Writes the files that the variables name.
Result<void> write_files(const Options& options, const CertificateAuthority& authority,
                         const Azure& azure, const Identity* identity,
                         const kvlaunch::Environment& inherited, ScratchDirectory& directory,
                         Places& places) {
  constexpr mode_t for_all = 0444;
  std::string trusted = authority.certificate_pem();
  if (options.other_hosts == OtherHosts::forward) {
    const auto roots = system_roots(inherited);
    if (!roots) return roots.errors();
    trusted += *roots;
  }
  auto pem = directory.put("ca.pem", trusted, for_all);
  if (!pem) return pem.errors();
  places.authority_file = *pem;
  const auto store = java_trust_store(trusted, trust_store_password);
  if (!store) return store.errors();
  auto java = directory.put("truststore.p12", *store, for_all);
  if (!java) return java.errors();
  places.trust_store_file = *java;
  if (identity == nullptr || identity->federated.empty()) return {};
  constexpr mode_t for_us = 0400;
  auto token = directory.put("federated-token", azure.federated_assertion(identity->name), for_us);
  if (!token) return token.errors();
  places.federated_token_file = *token;
  return {};
}

// What stays behind in the shell that the export lines are for.
void warn_of_leftovers(const ClientSettings& settings, const kvlaunch::Environment& inherited) {
  std::string names;
  for (const std::string& name : settings.removed) {
    if (inherited.get_non_empty(name)) names += " " + name;
  }
  if (!names.empty()) hint("these are set here and lead elsewhere: unset" + names);
}

bool print(const std::string& text) {
  return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
}

int run_command(const kvlaunch::Target& target, const ClientSettings& settings,
                kvlaunch::Environment environment, const kvlaunch::InheritedState& inherited,
                Server& server) {
  apply(settings, environment);
  const auto child = start_command(target, environment, inherited);
  if (!child) return fail(child.errors());
  if (const auto started = server.start(); !started) {
    kill(*child, SIGTERM);
    await_command(*child, inherited);
    return fail(started.errors());
  }
  return await_command(*child, inherited);
}

int serve(const ClientSettings& settings, const kvlaunch::Environment& environment,
          const kvlaunch::InheritedState& inherited, Server& server) {
  if (const auto started = server.start(); !started) return fail(started.errors());
  warn_of_leftovers(settings, environment);
  if (!print(export_lines(settings) + "ready\n")) {
    return fail({kvlaunch::system_error("cannot write to", "standard output", errno)});
  }
  await_termination(inherited);
  return 0;
}

int run(const Options& options, const kvlaunch::Environment& environment,
        const kvlaunch::InheritedState& inherited) {
  const kvlaunch::SystemClock clock;
  kvlaunch::SystemFiles files{clock, inherited};
  auto config = load_config(options, files, clock);
  if (!config) return fail(config.errors());
  kvlaunch::Target target;
  if (!options.command.empty()) {
    auto found = kvlaunch::find_target(options.command, environment.get("PATH"));
    if (!found) return fail(found.errors());
    target = std::move(*found);
  }
  Azure azure{std::move(*config), system_now};
  const Identity* const identity = chosen_identity(azure.config());
  auto authority = CertificateAuthority::make(clock.wall());
  if (!authority) return fail(authority.errors());
  Journal journal;
  if (!options.journal_file.empty()) {
    if (const auto opened = journal.open(options.journal_file); !opened) {
      return fail(opened.errors());
    }
  }
  Server server{{[&azure](const Request& request) { return azure.answer(request); },
                 [&azure](const std::string& host) { return azure.is_azure_host(host); }},
                azure.config(),
                **authority,
                journal,
                clock,
                {options.other_hosts, basic_authorization(options)}};
  Places places;
  places.proxy_user = options.proxy_user;
  places.proxy_password = options.proxy_password;
  places.identity_header = azure.identity_header();
  places.job_token = azure.job_token();
  if (const auto open = open_doors(options, server, places); !open) return fail(open.errors());
  // From here on a signal waits until what we leave on the system is known and removed again.
  hold_signals(inherited);
  auto directory = ScratchDirectory::make(environment);
  if (!directory) return fail(directory.errors());
  const auto written =
      write_files(options, **authority, azure, identity, environment, *directory, places);
  if (!written) return fail(written.errors());
  const auto nodes = open_node_endpoints(identity, clock.wall(), server, *directory, places);
  if (!nodes) return fail(nodes.errors());
  if (identity != nullptr && identity->managed && identity->platform == Platform::azure_arc) {
    if (const auto ready = azure.arc_key_files().prepare(); !ready) return fail(ready.errors());
  }
  const ClientSettings settings = client_settings(azure.config(), identity, places, environment);
  if (!options.env_file.empty()) {
    constexpr mode_t for_us = 0600;
    const auto saved = write_file(options.env_file, env_file_text(settings), for_us);
    if (!saved) return fail(saved.errors());
  }
  return options.command.empty() ? serve(settings, environment, inherited, server)
                                 : run_command(target, settings, environment, inherited, server);
}

}  // namespace

int main_with(const std::vector<std::string>& arguments, const char* const* environment_block) {
  const auto parsed = parse_options(arguments);
  if (!parsed) return fail(parsed.errors());
  if (const auto* information = std::get_if<Information>(&*parsed)) {
    return print(information->text) ? 0 : static_cast<int>(ExitClass::internal);
  }
  return run(std::get<Options>(*parsed), kvlaunch::Environment::from_block(environment_block),
             kvlaunch::inherited_state());
}

}  // namespace devvault

int main(int argc, char** argv) {
  return devvault::main_with({argv + 1, argv + argc}, environ);
}
